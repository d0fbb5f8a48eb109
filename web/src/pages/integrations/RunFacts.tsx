import type { ReactNode } from "react";
import type { Integration } from "@/api/types";
import { count, span } from "@/components/text/numbers";
import { Ago } from "@/components/text/Time";

/** The last sync and the next in a row of numbers. */
export function RunFacts({ integration }: { integration: Integration }) {
  const run = integration.lastRun;
  const seconds = run?.finishedAt
    ? Math.round((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000)
    : null;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-3 lg:grid-cols-5">
      <Fact name="Resources" value={count(integration.resources)} />
      <Fact
        name="Last sync"
        value={<Ago at={run?.finishedAt ?? run?.startedAt} />}
        note={seconds !== null && `took ${seconds < 1 ? "under a second" : span(seconds)}`}
      />
      <Fact
        name="It brought"
        value={run ? count(run.added + run.modified + run.removed) : "–"}
        note={
          run && `${count(run.added)} added, ${count(run.modified)} modified, ${count(run.removed)} removed`
        }
      />
      <Fact
        name="Requests"
        value={integration.requests === null ? "–" : count(integration.requests)}
        note="in the last sync"
      />
      <Fact
        name="Next sync"
        value={
          integration.enabled ? (
            <Ago at={integration.nextRunAt} none={integration.state === "running" ? "after this one" : "–"} />
          ) : (
            "paused"
          )
        }
        note={`every ${span(integration.intervalSeconds).replace(/^1 /, "")}`}
      />
    </dl>
  );
}

function Fact({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="bg-surface px-4 py-3 max-lg:last:col-span-2 max-sm:last:col-span-2">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="mt-0.5">
        <span className="text-lg font-semibold tabular-nums">{value}</span>
        {note && <span className="block text-xs text-muted">{note}</span>}
      </dd>
    </div>
  );
}
