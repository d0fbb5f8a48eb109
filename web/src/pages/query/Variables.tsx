import { TextInput } from "@/components/form/TextInput";
import { useId } from "react";

interface Props {
  names: string[];
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
}

/** A field for each $name in the SQL. */
export function Variables({ names, values, onChange }: Props) {
  const id = useId();
  if (names.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-3">
      {names.map((name) => (
        <div key={name} className="flex items-center gap-2">
          <label htmlFor={`${id}-${name}`} className="font-mono text-sm">{`$${name}`}</label>
          <TextInput
            id={`${id}-${name}`}
            className="w-48"
            placeholder='text, 5, true, ["a"]'
            value={values[name] ?? ""}
            onChange={(event) => onChange({ ...values, [name]: event.target.value })}
          />
        </div>
      ))}
    </div>
  );
}
