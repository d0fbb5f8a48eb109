import { Link } from "@tanstack/react-router";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import { severities, type RuleSummary } from "@/api/types";
import { SeverityBadge } from "@/components/badge/Severity";
import { VerdictBadge } from "@/components/badge/states";
import { CountsBar } from "@/components/chart/CountsBar";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { count } from "@/components/text/numbers";
import { TypeName } from "@/components/text/TypeName";
import { ruleState } from "./ruleState";

const columns: ListColumn<RuleSummary>[] = [
  {
    id: "severity",
    header: "Severity",
    from: "sm",
    sort: (rule) => severities.indexOf(rule.severity),
    cell: (rule) => <SeverityBadge severity={rule.severity} />,
  },
  {
    id: "rule",
    header: "Rule",
    grow: true,
    sort: (rule) => rule.id,
    cell: (rule) => (
      <>
        <Link data-row to="/rules/$id" params={{ id: rule.id }} className="font-medium hover:underline">
          {rule.title}
        </Link>
        <span className="block text-muted">
          {rule.id} · <TypeName name={rule.judges} />
        </span>
        {rule.reason && (
          <span className="mt-0.5 block max-w-[70ch] text-muted">
            <Said text={sentence(rule.reason)} />
          </span>
        )}
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    from: "md",
    sort: (rule) => ruleState(rule),
    cell: (rule) => <VerdictBadge verdict={ruleState(rule)} />,
  },
  {
    id: "verdicts",
    header: "Verdicts",
    from: "lg",
    cell: (rule) => (
      <span className="block w-28">
        <CountsBar counts={rule.counts} />
      </span>
    ),
  },
  {
    id: "fail",
    header: "Fail",
    numeric: true,
    sort: (rule) => rule.counts.fail,
    cell: (rule) => count(rule.counts.fail),
  },
  {
    id: "pass",
    header: "Pass",
    numeric: true,
    from: "sm",
    sort: (rule) => rule.counts.pass,
    cell: (rule) => count(rule.counts.pass),
  },
];

export function RuleTable({ rules }: { rules: RuleSummary[] }) {
  return (
    <ListTable
      label="Rules"
      columns={columns}
      items={rules}
      rowKey={(rule) => rule.id}
      initialSort={[{ id: "fail", desc: true }]}
    />
  );
}
