import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { packQuery } from "@/api/findings";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import { severities, type PackDetail } from "@/api/types";
import { SeverityBadge } from "@/components/badge/Severity";
import { VerdictBadge, verdicts } from "@/components/badge/states";
import { EmptyState } from "@/components/feedback/EmptyState";
import { Select } from "@/components/form/Select";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { count } from "@/components/text/numbers";
import { SearchX } from "lucide-react";
import { Score } from "./Score";

type Control = PackDetail["controlList"][number];
const route = getRouteApi("/inside/packs/$id");
const order = ["fail", "not_evaluated", "pass", "not_applicable", "not_decided"] as const;

export default function PackPage() {
  const { id } = route.useParams();
  const { verdict } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: pack } = useSuspenseQuery(packQuery(id));
  const controls = pack.controlList.filter((control) => verdict === undefined || control.verdict === verdict);
  return (
    <>
      <PageHeader
        title={pack.title}
        crumbs={[{ text: "Packs", link: { to: "/packs" } }]}
        description={`${pack.version} · ${pack.description}`}
      />
      <div className="space-y-4">
        <Panel>
          <div className="max-w-xl">
            <Score pack={pack} />
          </div>
        </Panel>
        <Panel
          flush
          title="Controls"
          note={`${controls.length}`}
          actions={
            <Select
              small
              aria-label="Verdict"
              value={verdict ?? ""}
              onChange={(event) =>
                void navigate({ search: { verdict: event.target.value || undefined }, replace: true })
              }
              choices={[
                { value: "", text: "Every verdict" },
                ...order.map((one) => ({ value: one, text: verdicts[one].text })),
              ]}
            />
          }
        >
          {controls.length === 0 ? (
            <EmptyState icon={SearchX} title="No control has this verdict" />
          ) : (
            <ListTable
              label="Controls"
              columns={columns}
              items={controls}
              rowKey={(control) => control.id}
              initialSort={[{ id: "verdict", desc: false }]}
            />
          )}
        </Panel>
      </div>
    </>
  );
}

const columns: ListColumn<Control>[] = [
  {
    id: "severity",
    header: "Severity",
    from: "sm",
    sort: (control) => severities.indexOf(control.severity),
    cell: (control) => <SeverityBadge severity={control.severity} />,
  },
  {
    id: "control",
    header: "Control",
    grow: true,
    sort: (control) => control.id,
    cell: (control) => (
      <div className="py-1">
        <p className="font-medium">{control.title}</p>
        <p className="text-muted">{control.id}</p>
        {control.rules.length === 0 ? (
          <p className="text-muted">
            What Muster collects does not decide this one. Answer it by hand in your report.
          </p>
        ) : (
          <ul className="mt-1 space-y-0.5">
            {control.rules.map((rule) => (
              <li key={rule.id}>
                <Link to="/rules/$id" params={{ id: rule.id }} className="link">
                  {rule.id}
                </Link>
                <span className="text-muted">
                  {rule.counts.fail > 0 ? ` ${count(rule.counts.fail)} failing` : ""}
                  {rule.reason && " "}
                  {rule.reason && <Said text={sentence(rule.reason)} />}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    ),
  },
  {
    id: "verdict",
    header: "Verdict",
    sort: (control) => String(order.indexOf(control.verdict)),
    cell: (control) => <VerdictBadge verdict={control.verdict} />,
  },
];
