import { ChevronRight } from "lucide-react";
import type { FormField } from "@/api/types";
import { counted } from "../text/numbers";
import { VendorField } from "./VendorField";

interface Props {
  fields: FormField[];
  values: Record<string, string>;
  onChange: (name: string, value: string) => void;
  errors: Record<string, string>;
  /** Secrets that are kept already: they are shown to nobody, and an empty field leaves them as they are. */
  kept?: string[];
}

/** The fields that a provider or a kind of channel asks for. Those with a usual value that fits most are folded away. */
export function VendorFields({ fields, values, onChange, errors, kept = [] }: Props) {
  const said = (name: string) => errors[name] ?? errors[`settings.${name}`] ?? errors[`secrets.${name}`];
  const folded = fields.filter((field) => field.default !== null && field.choices.length === 0);
  const moved = folded.some(
    (field) => said(field.name) !== undefined || (values[field.name] ?? field.default) !== field.default,
  );
  const one = (field: FormField) => (
    <VendorField
      key={field.name}
      field={field}
      value={values[field.name] ?? ""}
      error={said(field.name)}
      kept={kept.includes(field.name)}
      onChange={(value) => onChange(field.name, value)}
    />
  );
  return (
    <>
      {fields.filter((field) => !folded.includes(field)).map(one)}
      {folded.length > 0 && (
        <details open={moved || undefined} className="group/more rounded-md border border-line">
          <summary className="flex min-h-10 list-none items-center gap-2 rounded-md px-3 py-2 text-sm hover:bg-hover [&::-webkit-details-marker]:hidden">
            <ChevronRight
              aria-hidden
              className="size-4 shrink-0 text-faint transition-transform group-open/more:rotate-90"
            />
            <span className="font-medium">More settings</span>
            <span className="text-muted">{moved ? "changed" : counted(folded.length, "usual value")}</span>
          </summary>
          <div className="space-y-4 border-t border-line px-3 pt-3 pb-4">{folded.map(one)}</div>
        </details>
      )}
    </>
  );
}
