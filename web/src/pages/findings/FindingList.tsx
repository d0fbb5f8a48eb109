import { Link } from "@tanstack/react-router";
import { CalendarClock } from "lucide-react";
import type { Finding } from "@/api/types";
import { SeverityBadge } from "@/components/badge/Severity";
import { FindingBadge } from "@/components/badge/states";
import { rowLink } from "@/components/layout/rowLink";
import { Ago, Day } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";

/** Findings line by line, with room for a thumb. */
export function FindingList({ findings }: { findings: Finding[] }) {
  return (
    <ul className="divide-y divide-line">
      {findings.map((finding) => (
        <li
          key={finding.id}
          className="relative flex items-center gap-x-3 px-4 py-2.5 hover:bg-hover/60 max-sm:flex-wrap"
        >
          <span className="w-21 shrink-0 max-sm:w-auto">
            <SeverityBadge severity={finding.rule.severity} />
          </span>
          <span className="min-w-0 flex-1 max-sm:order-3 max-sm:mt-1 max-sm:basis-full">
            <Link
              data-row
              to="/findings/$id"
              params={{ id: finding.id }}
              className={`${rowLink} font-medium max-sm:whitespace-normal`}
            >
              {finding.rule.title}
            </Link>
            <span className="block truncate text-sm text-muted">
              {finding.label}
              {" · "}
              <TypeName name={finding.resourceType} />
              {" · "}
              {finding.rule.id}
            </span>
          </span>
          {finding.status !== "open" && <FindingBadge status={finding.status} />}
          <span className="w-32 shrink-0 text-right text-xs text-muted max-md:hidden">
            {finding.assignee?.name}
            {finding.dueAt && (
              <span className="flex items-center justify-end gap-1">
                <CalendarClock aria-hidden className="size-3.5" />
                <span className="sr-only">due</span>
                <Day at={finding.dueAt} />
              </span>
            )}
          </span>
          <span className="w-24 shrink-0 text-right text-xs text-muted max-sm:ml-auto">
            <Ago at={finding.status === "open" ? finding.openedAt : finding.changedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
