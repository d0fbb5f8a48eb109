import type { Change } from "@/api/types";
import { PartyLink } from "./PartyLink";

/** Who made a change and what the vendor's log calls it; nothing where nobody is known. */
export function DoneBy({ change, before = " · " }: { change: Change; before?: string }) {
  const { actor, eventType } = change;
  if (actor === null && eventType === null) return null;
  return (
    <>
      {before}
      {actor !== null && (
        <>
          by{" "}
          <PartyLink
            integration={change.integration.id}
            party={actor}
            className="relative z-10 font-medium text-ink"
          />
        </>
      )}
      {eventType !== null && (
        <>
          {actor !== null && " · "}
          <code className="text-[0.92em]">{eventType}</code>
        </>
      )}
    </>
  );
}
