import type { Way } from "@/api/types";
import { Choices } from "@/components/form/Choices";

interface Props {
  ways: Way[];
  value: string | null;
  onChange: (way: string) => void;
}

/** How Muster proves who asks. Not shown where there is only one way. */
export function WayChoice({ ways, value, onChange }: Props) {
  if (ways.length < 2) return null;
  return (
    <Choices
      label="Authenticate with"
      value={value ?? ""}
      onChange={onChange}
      choices={ways.map((way) => ({ value: way.name, text: way.title }))}
    />
  );
}
