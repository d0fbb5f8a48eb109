import { Link } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import type { Finding } from "@/api/types";
import { SeverityBadge } from "@/components/badge/Severity";
import { EmptyState } from "@/components/feedback/EmptyState";
import { Panel } from "@/components/layout/Panel";
import { rowLink } from "@/components/layout/rowLink";
import { Ago } from "@/components/text/Time";

export function RecentFindings({ findings, className }: { findings: Finding[]; className?: string }) {
  return (
    <Panel
      flush
      title="Latest findings"
      className={className}
      actions={
        <Link to="/findings" className="link">
          All findings
        </Link>
      }
    >
      {findings.length === 0 ? (
        <EmptyState icon={ShieldCheck} title="Nothing is open">
          Every rule that could be evaluated passes, or what failed is suppressed.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {findings.map((finding) => (
            <li key={finding.id} className="relative flex items-center gap-3 px-4 py-2 hover:bg-hover/60">
              <span className="w-20 shrink-0 max-sm:hidden">
                <SeverityBadge severity={finding.rule.severity} />
              </span>
              <span className="min-w-0 flex-1">
                <Link data-row to="/findings/$id" params={{ id: finding.id }} className={rowLink}>
                  {finding.rule.title}
                </Link>
                <span className="block truncate text-xs text-muted">
                  {finding.label} · {finding.rule.id}
                </span>
              </span>
              <span className="shrink-0 text-xs text-muted">
                <Ago at={finding.openedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
