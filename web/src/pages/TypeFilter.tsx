import { useQuery } from "@tanstack/react-query";
import { typesQuery } from "@/api/resources";
import { Select } from "@/components/form/Select";

interface Props {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

export function TypeFilter({ value, onChange }: Props) {
  const { data = [] } = useQuery(typesQuery());
  return (
    <Select
      small
      aria-label="Resource type"
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value || undefined)}
      choices={[
        { value: "", text: "All types" },
        ...data.map((one) => ({ value: one.name, text: one.title })),
      ]}
    />
  );
}
