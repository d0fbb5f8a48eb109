import { Link } from "@tanstack/react-router";
import { sentence } from "@/api/problem";
import type { Rule } from "@/api/types";
import { VerdictBadge } from "@/components/badge/states";
import { CountsBar, countsText } from "@/components/chart/CountsBar";
import { Panel } from "@/components/layout/Panel";
import { ruleState } from "./ruleState";

/** The rule's state in each integration, and why it could not be evaluated there. */
export function PerIntegration({ rule }: { rule: Rule }) {
  return (
    <Panel flush title="By integration">
      {rule.perIntegration.length === 0 && (
        <p className="border-t border-line px-4 py-3 text-sm text-muted">No integration yet.</p>
      )}
      <ul className="divide-y divide-line border-t border-line">
        {rule.perIntegration.map((one) => (
          <li key={one.integration.id} className="px-4 py-2.5 text-sm">
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
              <Link
                to="/integrations/$id"
                params={{ id: one.integration.id }}
                className="font-medium hover:underline"
              >
                {one.integration.name}
              </Link>
              <span className="flex items-center gap-3">
                <span className="w-28 max-sm:hidden">
                  <CountsBar counts={one.counts} />
                </span>
                <VerdictBadge verdict={ruleState(one)} />
              </span>
            </div>
            <p className="mt-0.5 text-muted">
              {one.reason ? sentence(one.reason) : sentence(countsText(one.counts))}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
