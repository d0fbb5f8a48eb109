import type { FormField } from "@/api/types";
import { Labelled } from "./Labelled";
import { Select } from "./Select";
import { TextArea, TextInput } from "./TextInput";

interface Props {
  field: FormField;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  /** It is kept already: it is shown to nobody, and an empty field leaves it as it is. */
  kept: boolean;
}

/** A value of more letters than this is written on several lines. */
const long = 80;

/** One field as a provider or a kind of channel describes it. */
export function VendorField({ field, value, onChange, error, kept }: Props) {
  const required = field.required && !kept;
  const placeholder = kept ? "Kept. Leave empty to go on with it." : (field.example ?? undefined);
  const shared = { name: field.name, required, value };
  const typed = { ...shared, placeholder, autoComplete: "off", spellCheck: false };
  const changed = (event: { target: { value: string } }) => onChange(event.target.value);
  return (
    <Labelled
      label={field.label}
      help={field.help}
      error={error}
      optional={!field.required && !kept && field.default === null}
    >
      {(wiring) => {
        if (field.choices.length > 0) {
          const none = required || field.default !== null ? [] : [{ value: "", text: "–" }];
          return (
            <Select
              {...wiring}
              {...shared}
              className="w-full"
              choices={[...none, ...field.choices.map((choice) => ({ value: choice, text: choice }))]}
              onChange={changed}
            />
          );
        }
        if (field.multiline || value.length > long || (field.default?.length ?? 0) > long) {
          return (
            <TextArea
              {...wiring}
              {...typed}
              rows={field.secret ? 5 : 3}
              onChange={changed}
              // What is secret can be read only while it is written.
              className={
                field.secret
                  ? "font-mono text-sm not-placeholder-shown:not-focus:[-webkit-text-security:disc]"
                  : "font-mono text-sm"
              }
            />
          );
        }
        return (
          <TextInput
            {...wiring}
            {...typed}
            {...(field.secret ? { type: "password" } : {})}
            onChange={changed}
          />
        );
      }}
    </Labelled>
  );
}
