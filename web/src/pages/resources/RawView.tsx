import { CodeText } from "@/components/code/CodeText";
import { Panel } from "@/components/layout/Panel";

export function RawView({ document }: { document: Record<string, unknown> }) {
  return (
    <Panel title="Raw JSON" note="as the vendor gave it, secrets taken out">
      <CodeText tall label="the document" text={JSON.stringify(document, null, 2)} />
    </Panel>
  );
}
