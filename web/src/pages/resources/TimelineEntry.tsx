import type { Change } from "@/api/types";
import { ChangeBadge } from "@/components/badge/states";
import { classes } from "@/components/classes";
import { Difference } from "@/components/change/Difference";
import { Ago, Moment } from "@/components/text/Time";
import { DoneBy } from "../DoneBy";

const dots: Record<string, string> = { added: "bg-good", modified: "bg-medium", removed: "bg-critical" };

export function TimelineEntry({ change }: { change: Change }) {
  return (
    <li className="relative pb-6 pl-6 last:pb-1">
      <span
        aria-hidden
        className={classes(
          "absolute top-1.5 -left-[5px] size-2.5 rounded-full ring-4 ring-surface",
          dots[change.kind],
        )}
      />
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <ChangeBadge kind={change.kind} />
        <Moment at={change.recordedAt} />
        <span className="text-muted">
          <Ago at={change.recordedAt} />
          <DoneBy change={change} />
        </span>
      </div>
      {change.kind === "modified" ? (
        <Difference change={change} />
      ) : (
        <details>
          <summary className="link w-fit text-sm">
            {change.kind === "added" ? "What it was when Muster first saw it" : "What it was last"}
          </summary>
          <div className="mt-2">
            <Difference change={change} />
          </div>
        </details>
      )}
    </li>
  );
}
