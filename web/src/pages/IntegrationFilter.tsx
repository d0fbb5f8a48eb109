import { useQuery } from "@tanstack/react-query";
import { integrationsQuery } from "@/api/integrations";
import { Select } from "@/components/form/Select";

interface Props {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  /** The ids of those that come into question; all of them unless given. */
  among?: string[];
}

/** Narrows to one integration; not shown where there is no choice. */
export function IntegrationFilter({ value, onChange, among }: Props) {
  const { data: all = [] } = useQuery(integrationsQuery);
  const data = among ? all.filter((one) => among.includes(one.id)) : all;
  if (data.length < 2 && value === undefined) return null;
  return (
    <Select
      small
      aria-label="Integration"
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value || undefined)}
      choices={[
        { value: "", text: "All integrations" },
        ...data.map((one) => ({ value: one.id, text: one.name })),
      ]}
    />
  );
}
