import type { TypeProgress, TypeState } from "@/api/types";
import { TypeBadge } from "@/components/badge/states";
import { Meter } from "@/components/chart/Meter";
import { Panel } from "@/components/layout/Panel";
import { count, counted } from "@/components/text/numbers";

interface Props {
  progress: TypeProgress[];
  types: TypeState[];
}

/** A sync while it runs: what is done, what is being listed, what waits. */
export function Progress({ progress, types }: Props) {
  const done = progress.filter((type) => type.status !== null).length;
  const seen = progress.reduce((sum, type) => sum + type.seen, 0);
  const requests = progress.reduce((sum, type) => sum + type.requests, 0);
  const title = (name: string) => types.find((type) => type.type === name)?.title ?? name;
  return (
    <Panel
      title="Collecting now"
      note={`${counted(seen, "resource")} seen with ${counted(requests, "request")}`}
      actions={
        <span className="text-muted tabular-nums">{`${done} of ${counted(progress.length, "type")}`}</span>
      }
    >
      <p role="status" className="sr-only">
        {`${done} of ${counted(progress.length, "type")} done`}
      </p>
      <Meter label="Types done" share={done / Math.max(1, progress.length)} />
      <ul className="mt-4 grid gap-x-8 gap-y-2 sm:grid-cols-2 lg:grid-cols-3">
        {progress.map((type) => (
          <li key={type.type} className="flex h-7 items-center justify-between gap-3 text-sm">
            <span className="min-w-0 truncate">{title(type.type)}</span>
            <span className="flex shrink-0 items-center gap-2 text-muted tabular-nums">
              {parts(type)}
              {type.status !== null && <TypeBadge status={type.status} />}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function parts(type: TypeProgress): string {
  if (type.status !== null) return count(type.seen);
  if (type.seen === 0 && type.requests === 0) return "waits";
  if (type.parents !== null && type.parentsDone !== null) {
    return `${count(type.seen)} · ${count(type.parentsDone)}/${count(type.parents)}`;
  }
  return count(type.seen);
}
