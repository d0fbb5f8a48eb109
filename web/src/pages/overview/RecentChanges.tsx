import { Link } from "@tanstack/react-router";
import { FileClock } from "lucide-react";
import type { Change } from "@/api/types";
import { ChangeBadge } from "@/components/badge/states";
import { EmptyState } from "@/components/feedback/EmptyState";
import { Panel } from "@/components/layout/Panel";
import { rowLink } from "@/components/layout/rowLink";
import { Ago } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";
import { DoneBy } from "../DoneBy";

export function RecentChanges({ changes, className }: { changes: Change[]; className?: string }) {
  return (
    <Panel
      flush
      title="Latest changes"
      className={className}
      actions={
        <Link to="/changes" className="link">
          All changes
        </Link>
      }
    >
      {changes.length === 0 ? (
        <EmptyState icon={FileClock} title="No changes yet">
          Each sync writes down what was added, modified and removed since the one before.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {changes.map((change) => (
            <li
              key={change.sequence}
              className="relative flex items-center gap-3 px-4 py-2 hover:bg-hover/60"
            >
              <span className="w-24 shrink-0 max-sm:hidden">
                <ChangeBadge kind={change.kind} />
              </span>
              <span className="min-w-0 flex-1">
                <Link
                  data-row
                  to="/resources/$type/$integration"
                  params={{ type: change.resourceType, integration: change.integration.id }}
                  search={{ key: change.key, view: "history" }}
                  className={rowLink}
                >
                  {change.label}
                </Link>
                <span className="block truncate text-xs text-muted">
                  <TypeName name={change.resourceType} />
                  <DoneBy change={change} />
                  {change.fields.length > 0 && ` · ${change.fields.join(", ")}`}
                </span>
              </span>
              <span className="shrink-0 text-xs text-muted">
                <Ago at={change.recordedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
