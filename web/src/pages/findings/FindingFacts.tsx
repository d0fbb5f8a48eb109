import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useChangeFinding } from "@/api/findings";
import { useMay, useSession } from "@/api/session";
import { usersQuery } from "@/api/settings";
import type { FindingDetail } from "@/api/types";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Labelled } from "@/components/form/Labelled";
import { Select } from "@/components/form/Select";
import { TextInput } from "@/components/form/TextInput";
import { Facts } from "@/components/layout/Facts";
import { Panel } from "@/components/layout/Panel";
import { Ago, Day } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";
import { Frameworks } from "../rules/Frameworks";

export function FindingFacts({ finding }: { finding: FindingDetail }) {
  const judges = useMay("judge");
  const { rule, about } = finding;
  const rows = [
    {
      name: "Rule",
      value: (
        <Link to="/rules/$id" params={{ id: rule.id }} className="link">
          {rule.id}
        </Link>
      ),
    },
    { name: "Judges", value: <TypeName name={finding.resourceType} /> },
    { name: "Opened", value: <Ago at={finding.openedAt} /> },
    { name: "Last step", value: <Ago at={finding.changedAt} /> },
    {
      name: "Frameworks",
      value: <Frameworks frameworks={about?.frameworks ?? []} />,
    },
  ];
  if (!judges) {
    rows.push(
      { name: "Assigned to", value: <>{finding.assignee?.name ?? "nobody"}</> },
      { name: "Due", value: finding.dueAt ? <Day at={finding.dueAt} /> : <>no date</> },
    );
  }
  return (
    <Panel title="About it">
      <Facts facts={rows} />
      {judges && <Care finding={finding} />}
    </Panel>
  );
}

/** Who cares for it, and until when. */
function Care({ finding }: { finding: FindingDetail }) {
  const { user } = useSession();
  const { data: users = [] } = useQuery({ ...usersQuery, enabled: useMay("manage_users") });
  const change = useChangeFinding(finding.id);
  const people = new Map(
    [user, ...users.filter((one) => !one.disabled), ...(finding.assignee ? [finding.assignee] : [])].map(
      (one) => [one.id, one.name],
    ),
  );
  return (
    <div className="mt-4 grid gap-3 border-t border-line pt-4">
      <Labelled label="Assigned to">
        {(wiring) => (
          <Select
            {...wiring}
            className="w-full"
            value={finding.assignee?.id ?? ""}
            onChange={(event) => change.mutate({ assignee: event.target.value || null })}
            choices={[
              { value: "", text: "nobody" },
              ...[...people].map(([value, text]) => ({ value, text })),
            ]}
          />
        )}
      </Labelled>
      <Labelled label="Due">
        {(wiring) => (
          <TextInput
            {...wiring}
            type="date"
            value={finding.dueAt?.slice(0, 10) ?? ""}
            onChange={(event) =>
              change.mutate({ dueAt: event.target.value ? `${event.target.value}T23:59:59Z` : null })
            }
          />
        )}
      </Labelled>
      <ProblemNotice error={change.error} />
    </div>
  );
}
