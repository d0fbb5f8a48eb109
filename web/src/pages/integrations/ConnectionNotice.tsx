import { sentence } from "@/api/problem";
import type { Connection, Provider } from "@/api/types";
import { Notice } from "@/components/feedback/Notice";

/** Lines that are shown at once. */
const atFirst = 6;

/** What the vendor answered to the credentials. */
export function ConnectionNotice({ connection, provider }: { connection: Connection; provider: Provider }) {
  const { organisation, unseen } = connection;
  // A few types stay closed to most credentials. Where much is, something else is wrong, and the lines say what.
  const little = unseen.length > provider.resourceTypes.length / 3;
  const title = organisation ? `These work for ${organisation}` : "These work";
  return (
    <Notice kind={little ? "warning" : "good"} title={little ? `${title}, but open little` : title}>
      {unseen.length === 0 ? (
        <p>They may read everything Muster asks for.</p>
      ) : (
        <>
          <p>What they will not see:</p>
          <Lines lines={unseen.slice(0, atFirst)} />
          {unseen.length > atFirst && (
            <details>
              <summary className="link w-fit">{`and ${unseen.length - atFirst} more`}</summary>
              <Lines lines={unseen.slice(atFirst)} />
            </details>
          )}
        </>
      )}
    </Notice>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className="mt-1 list-disc space-y-0.5 pl-4 text-muted">
      {lines.map((line) => (
        <li key={line}>{sentence(line)}</li>
      ))}
    </ul>
  );
}
