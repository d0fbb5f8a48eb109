import { sentence } from "@/api/problem";
import type { Connection } from "@/api/types";
import { Notice } from "@/components/feedback/Notice";

/** What the vendor answered to the credentials. */
export function ConnectionNotice({ connection }: { connection: Connection }) {
  const title = connection.organisation ? `These work for ${connection.organisation}` : "These work";
  return (
    <Notice kind="good" title={title}>
      {connection.unseen.length === 0 ? (
        <p>They may read everything Muster asks for.</p>
      ) : (
        <>
          <p>What they will not see:</p>
          <ul className="mt-1 list-disc space-y-0.5 pl-4 text-muted">
            {connection.unseen.map((line) => (
              <li key={line}>{sentence(line)}</li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}
