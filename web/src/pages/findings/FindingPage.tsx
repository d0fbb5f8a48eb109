import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { findingQuery } from "@/api/findings";
import { useMay } from "@/api/session";
import { SeverityBadge } from "@/components/badge/Severity";
import { FindingBadge } from "@/components/badge/states";
import { JsonTree } from "@/components/code/JsonTree";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { Prose } from "@/components/text/Prose";
import { Notice } from "@/components/feedback/Notice";
import { FindingFacts } from "./FindingFacts";
import { FindingSteps } from "./FindingSteps";
import { Judge } from "./Judge";
import { Remedy } from "../rules/Remedy";
import { SuppressionNotice } from "./SuppressionNotice";

const route = getRouteApi("/inside/findings/$id");

export default function FindingPage() {
  const { id } = route.useParams();
  const { data: finding } = useSuspenseQuery(findingQuery(id));
  const judges = useMay("judge");
  const { rule, about } = finding;
  return (
    <>
      <PageHeader
        title={rule.title}
        crumbs={[{ text: "Findings", link: { to: "/findings" } }]}
        mark={
          <>
            <SeverityBadge severity={rule.severity} />
            <FindingBadge status={finding.status} />
          </>
        }
        description={
          <>
            <Link
              to="/resources/$type/$integration"
              params={{ type: finding.resourceType, integration: finding.integration.id }}
              search={{ key: finding.key }}
              className="link font-medium"
            >
              {finding.label}
            </Link>
            {` in ${finding.integration.name}`}
          </>
        }
        actions={judges && <Judge finding={finding} />}
      />
      <SuppressionNotice finding={finding} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(18rem,22rem)]">
        <div className="space-y-4">
          {about ? (
            <Panel title="Why it matters">
              <Prose text={about.why} />
            </Panel>
          ) : (
            <Notice kind="note" live={false} title="This rule is gone">
              <p>It came with an earlier version. The finding stays for the record.</p>
            </Notice>
          )}
          <Panel title="What was found" note="as the rule saw it">
            {Object.keys(finding.evidence).length === 0 ? (
              <p className="text-sm text-muted">The rule names the resource and nothing more.</p>
            ) : (
              Object.entries(finding.evidence).map(([name, value]) => (
                <JsonTree key={name} name={name} value={value} />
              ))
            )}
          </Panel>
          {about && <Remedy rule={about} />}
        </div>
        <div className="space-y-4">
          <FindingFacts finding={finding} />
          <FindingSteps finding={finding} />
        </div>
      </div>
    </>
  );
}
