import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { integrationQuery, providersQuery } from "@/api/integrations";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import { useMay } from "@/api/session";
import type { IntegrationDetail } from "@/api/types";
import { Tag } from "@/components/badge/Badge";
import { IntegrationBadge } from "@/components/badge/states";
import { Notice } from "@/components/feedback/Notice";
import { PageHeader } from "@/components/layout/PageHeader";
import { IntegrationActions } from "./IntegrationActions";
import { Progress } from "./Progress";
import { RunFacts } from "./RunFacts";
import { HeldBack } from "./HeldBack";
import { TypeStates } from "./TypeStates";
import { CustomTypes } from "../custom/CustomTypes";
import { WebhookPanel } from "./WebhookPanel";

const route = getRouteApi("/inside/integrations/$id");

export default function IntegrationPage() {
  const { id } = route.useParams();
  const { data: integration } = useSuspenseQuery(integrationQuery(id));
  const { data: providers } = useSuspenseQuery(providersQuery);
  const manages = useMay("manage_integrations");
  const provider = providers.find((one) => one.name === integration.provider);
  return (
    <>
      <PageHeader
        title={integration.name}
        crumbs={[{ text: "Integrations", link: { to: "/integrations" } }]}
        mark={
          <>
            <IntegrationBadge state={integration.state} pushed={provider?.pushed} />
            {integration.tags.map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
          </>
        }
        description={
          <>
            {provider?.title ?? integration.provider}
            {integration.organisation && ` · ${integration.organisation}`}
            {integration.description && <p className="text-sm">{integration.description}</p>}
          </>
        }
        actions={
          manages && <IntegrationActions integration={integration} pushed={provider?.pushed === true} />
        }
      />
      <div className="space-y-4">
        <StateNotice integration={integration} />
        <HeldBack integration={integration} manages={manages} />
        {integration.state === "running" && integration.progress && (
          <Progress progress={integration.progress} types={integration.types} />
        )}
        {provider?.pushed ? (
          <CustomTypes integration={integration} manages={manages} />
        ) : (
          <>
            <RunFacts integration={integration} />
            {provider?.webhook && (
              <WebhookPanel integration={integration} provider={provider} manages={manages} />
            )}
            <TypeStates integration={integration} />
          </>
        )}
      </div>
    </>
  );
}

function StateNotice({ integration }: { integration: IntegrationDetail }) {
  if (integration.state === "disabled") {
    return (
      <Notice kind="note" title="Collecting is paused">
        <p>
          What was collected stays and can be queried, but it is no longer kept up to date. Enable it to go
          on.
        </p>
      </Notice>
    );
  }
  if (integration.reason === null) return null;
  return (
    <Notice kind={integration.state === "failing" ? "error" : "warning"}>
      <p>
        <Said text={sentence(integration.reason)} />
      </p>
    </Notice>
  );
}
