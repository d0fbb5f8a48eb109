import type { FormField } from "@/api/types";
import { Labelled } from "./Labelled";
import { TextArea, TextInput } from "./TextInput";

interface Props {
  fields: FormField[];
  values: Record<string, string>;
  onChange: (name: string, value: string) => void;
  errors: Record<string, string>;
  /** Secrets that are kept already: they are shown to nobody, and an empty field leaves them as they are. */
  kept?: string[];
}

/** The fields that a provider or a kind of channel asks for, as its description gives them. */
export function VendorFields({ fields, values, onChange, errors, kept = [] }: Props) {
  return fields.map((field) => {
    const known = kept.includes(field.name);
    const Control = field.multiline ? TextArea : TextInput;
    const placeholder = known ? "Kept. Leave empty to go on with it." : (field.example ?? undefined);
    const error = errors[field.name] ?? errors[`settings.${field.name}`] ?? errors[`secrets.${field.name}`];
    return (
      <Labelled
        key={field.name}
        label={field.label}
        help={field.help}
        error={error}
        optional={!field.required && !known}
      >
        {(wiring) => (
          <Control
            {...wiring}
            {...(field.secret && !field.multiline ? { type: "password" } : {})}
            name={field.name}
            autoComplete="off"
            spellCheck={false}
            required={field.required && !known}
            placeholder={placeholder}
            value={values[field.name] ?? ""}
            onChange={(event: { target: { value: string } }) => onChange(field.name, event.target.value)}
          />
        )}
      </Labelled>
    );
  });
}
