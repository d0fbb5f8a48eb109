import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { findingsQuery } from "@/api/findings";
import type { Rule } from "@/api/types";
import { FindingBadge } from "@/components/badge/states";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Panel } from "@/components/layout/Panel";
import { rowLink } from "@/components/layout/rowLink";
import { More } from "@/components/table/More";
import { Ago } from "@/components/text/Time";

export function FailingResources({ rule }: { rule: Rule }) {
  const findings = useInfiniteQuery(findingsQuery({ rule: rule.id, status: "all", sort: "-openedAt" }));
  const items = (findings.data?.pages.flatMap((page) => page.items) ?? []).filter(
    (one) => one.status !== "resolved",
  );
  return (
    <Panel
      flush
      title="Resources that fail"
      actions={
        <Link to="/findings" search={{ rule: rule.id, status: "all" }} className="link">
          With resolved ones
        </Link>
      }
    >
      {findings.isError && <ProblemNotice error={findings.error} />}
      {findings.isPending ? (
        <LoadingRows rows={3} />
      ) : items.length === 0 ? (
        <p className="border-t border-line px-4 py-3 text-sm text-muted">None.</p>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {items.map((finding) => (
            <li
              key={finding.id}
              className="relative flex items-center gap-3 px-4 py-2 text-sm hover:bg-hover/60"
            >
              <span className="min-w-0 flex-1">
                <Link data-row to="/findings/$id" params={{ id: finding.id }} className={rowLink}>
                  {finding.label}
                </Link>
                <span className="block truncate text-xs text-muted">{finding.integration.name}</span>
              </span>
              <FindingBadge status={finding.status} />
              <span className="w-24 text-right text-xs text-muted">
                <Ago at={finding.openedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <More query={findings} />
    </Panel>
  );
}
