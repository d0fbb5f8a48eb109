import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ruleQuery } from "@/api/findings";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import { SeverityBadge } from "@/components/badge/Severity";
import { VerdictBadge } from "@/components/badge/states";
import { OpenedResolved } from "@/components/chart/OpenedResolved";
import { Notice } from "@/components/feedback/Notice";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { Prose } from "@/components/text/Prose";
import { FailingResources } from "./FailingResources";
import { PerIntegration } from "./PerIntegration";
import { Remedy } from "./Remedy";
import { RuleFacts } from "./RuleFacts";
import { ruleState } from "./ruleState";

const route = getRouteApi("/inside/rules/$id");

export default function RulePage() {
  const { id } = route.useParams();
  const { data: rule } = useSuspenseQuery(ruleQuery(id));
  return (
    <>
      <PageHeader
        title={rule.title}
        crumbs={[{ text: "Rules", link: { to: "/rules" } }]}
        mark={
          <>
            <SeverityBadge severity={rule.severity} />
            <VerdictBadge verdict={ruleState(rule)} />
          </>
        }
        description={rule.id}
      />
      {rule.reason && (
        <div className="mb-4">
          <Notice kind="warning" live={false} title="Not evaluated everywhere">
            <p>
              <Said text={sentence(rule.reason)} />
            </p>
          </Notice>
        </div>
      )}
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(18rem,22rem)]">
        <div className="min-w-0 space-y-4">
          <Panel title="Why it matters">
            <Prose text={rule.why} />
          </Panel>
          <FailingResources rule={rule} />
          <PerIntegration rule={rule} />
          <Remedy rule={rule} />
        </div>
        <div className="space-y-4">
          <RuleFacts rule={rule} />
          <Panel title="Activity" note="30 days">
            <OpenedResolved days={rule.activity} />
          </Panel>
        </div>
      </div>
    </>
  );
}
