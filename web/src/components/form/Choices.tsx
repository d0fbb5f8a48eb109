import { RadioGroup } from "radix-ui";

interface Props<Value extends string> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: { value: Value; text: string; help?: string }[];
}

/** One of a few, each with a line that says what it means. */
export function Choices<Value extends string>({ label, value, onChange, choices }: Props<Value>) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <RadioGroup.Root
        value={value}
        onValueChange={(next) => onChange(next as Value)}
        aria-label={label}
        className="grid gap-2"
      >
        {choices.map((choice) => (
          <RadioGroup.Item
            key={choice.value}
            value={choice.value}
            className="group flex items-start gap-2.5 rounded-md border border-line px-3 py-2 text-left hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft/50"
          >
            <span className="mt-1 flex size-3.5 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface group-data-[state=checked]:border-accent">
              <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            <span>
              <span className="block text-sm font-medium">{choice.text}</span>
              {choice.help && <span className="block text-sm text-muted">{choice.help}</span>}
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </fieldset>
  );
}
