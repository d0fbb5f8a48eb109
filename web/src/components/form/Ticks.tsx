import { Check } from "./Check";

interface Props<Value extends string> {
  label: string;
  choices: { value: Value; text: string }[];
  value: Value[];
  onChange: (value: Value[]) => void;
}

/** Any of a few, side by side. */
export function Ticks<Value extends string>({ label, choices, value, onChange }: Props<Value>) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {choices.map((choice) => (
          <Check
            key={choice.value}
            checked={value.includes(choice.value)}
            onChange={(on) =>
              onChange(
                choices
                  .map((one) => one.value)
                  .filter((one) => (one === choice.value ? on : value.includes(one))),
              )
            }
          >
            {choice.text}
          </Check>
        ))}
      </div>
    </fieldset>
  );
}
