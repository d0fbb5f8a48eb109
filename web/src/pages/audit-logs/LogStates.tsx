import { Link } from "@tanstack/react-router";
import { CircleCheck, Hourglass, TriangleAlert } from "lucide-react";
import { sentence } from "@/api/problem";
import type { AuditLog } from "@/api/types";
import { Panel } from "@/components/layout/Panel";
import { betweenText } from "@/components/text/moments";
import { counted } from "@/components/text/numbers";
import { Said } from "@/components/text/Said";
import { Ago, Day } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";

/** Each log: from when on it is known, how far it was read, and what is missing of it. */
export function LogStates({ logs }: { logs: AuditLog[] }) {
  return (
    <Panel flush title="Logs" note={counted(logs.length, "log")}>
      <ul className="divide-y divide-line border-t border-line">
        {logs.map((log) => (
          <li
            key={`${log.integration.id} ${log.log}`}
            className="flex items-start gap-2.5 px-4 py-2.5 text-sm"
          >
            <Mark log={log} />
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <span>
                  <Link
                    to="/integrations/$id"
                    params={{ id: log.integration.id }}
                    className="font-medium hover:underline"
                  >
                    {log.integration.name}
                  </Link>{" "}
                  <TypeName name={log.log} />
                </span>
                <span className="text-muted">
                  <Reach log={log} />
                </span>
              </div>
              {log.reason !== null && (
                <p className="text-medium">
                  <Said text={sentence(log.reason)} />
                </p>
              )}
              {log.gaps.length > 0 && (
                <p className="text-muted">
                  {`Lost, because the vendor had forgotten it: ${log.gaps
                    .map((gap) => betweenText(Date.parse(gap.from), Date.parse(gap.to)))
                    .join("; ")}.`}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Mark({ log }: { log: AuditLog }) {
  if (log.reason !== null || log.gaps.length > 0)
    return <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-medium" />;
  if (log.since === null) return <Hourglass aria-hidden className="mt-0.5 size-4 shrink-0 text-faint" />;
  return <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />;
}

function Reach({ log }: { log: AuditLog }) {
  if (log.since === null) return "not read yet";
  return (
    <>
      {"known since "}
      <Day at={log.since} />
      {" · "}
      {log.reached === null ? (
        "its end is not reached yet"
      ) : (
        <>
          {"read to its end "}
          <Ago at={log.reached} />
        </>
      )}
    </>
  );
}
