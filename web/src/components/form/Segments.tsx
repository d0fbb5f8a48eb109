import { ToggleGroup } from "radix-ui";

interface Props<Value extends string> {
  label: string;
  choices: { value: Value; text: string }[];
  /** None of them where something else was chosen. */
  value: Value | null;
  onChange: (value: Value) => void;
}

/** One of a few short words, side by side. */
export function Segments<Value extends string>({ label, choices, value, onChange }: Props<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value ?? ""}
      aria-label={label}
      onValueChange={(next) => next !== "" && onChange(next as Value)}
      className="inline-flex rounded-md bg-sunken p-0.5"
    >
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          className="h-7 rounded-sm px-2.5 text-sm whitespace-nowrap text-muted hover:text-ink data-[state=on]:bg-surface data-[state=on]:font-medium data-[state=on]:text-ink data-[state=on]:ring-1 data-[state=on]:ring-line-strong/60 max-md:h-9"
        >
          {choice.text}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
