import { useQuery } from "@tanstack/react-query";
import { typesQuery } from "@/api/resources";
import { Labelled } from "@/components/form/Labelled";
import { PickMany } from "@/components/form/PickMany";
import { TextInput } from "@/components/form/TextInput";
import { Ticks } from "@/components/form/Ticks";
import type { AlertDraft, Kind } from "./alertDraft";

interface Props {
  draft: AlertDraft;
  onChange: (part: Partial<AlertDraft>) => void;
}

const kinds: { value: Kind; text: string }[] = [
  { value: "added", text: "added" },
  { value: "modified", text: "modified" },
  { value: "removed", text: "removed" },
];

export function ChangeFields({ draft, onChange }: Props) {
  const { data: types = [] } = useQuery(typesQuery());
  return (
    <>
      <PickMany
        label="Types"
        none="All types"
        choices={types.map((type) => ({ value: type.name, text: type.title }))}
        value={draft.types}
        onChange={(next) => onChange({ types: next })}
      />
      <Ticks
        label="When one is"
        choices={kinds}
        value={draft.kinds}
        onChange={(next) => onChange({ kinds: next })}
      />
      <Labelled
        label="Only these fields"
        optional
        help="Separated by commas, such as status, profile.department."
      >
        {(wiring) => (
          <TextInput
            {...wiring}
            value={draft.fields}
            onChange={(event) => onChange({ fields: event.target.value })}
          />
        )}
      </Labelled>
    </>
  );
}
