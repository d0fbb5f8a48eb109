import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { integrationsQuery, providersQuery } from "@/api/integrations";
import { Problem } from "@/api/problem";
import { Permitted } from "@/components/feedback/Permitted";
import { PageProblem } from "@/components/feedback/PageProblem";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { Steps } from "@/components/layout/Steps";
import { NewIntegrationForm } from "./NewIntegrationForm";

const route = getRouteApi("/inside/integrations/new/$provider");

export default function NewIntegrationPage() {
  return (
    <Permitted to="manage_integrations">
      <NewIntegration />
    </Permitted>
  );
}

function NewIntegration() {
  const { provider: name } = route.useParams();
  const { data: providers } = useSuspenseQuery(providersQuery);
  const { data: integrations } = useSuspenseQuery(integrationsQuery);
  const provider = providers.find((one) => one.name === name);
  if (provider === undefined) {
    const detail = `Muster does not know a provider called ${name}`;
    return <PageProblem error={new Problem({ title: "Not here", status: 404, detail })} />;
  }
  return (
    <>
      <PageHeader
        title={`Add ${provider.title}`}
        crumbs={[{ text: "Integrations", link: { to: "/integrations" } }]}
        description={
          provider.pushed
            ? "A place for resources of your own: Muster asks nobody for them, you push them."
            : "The credentials are tried before anything is saved. Muster reads; it never changes anything there."
        }
      />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,26rem)]">
        <Panel className="lg:order-2" title={provider.pushed ? "How it goes" : `In ${provider.title}`}>
          <Steps steps={provider.steps} />
        </Panel>
        <Panel title="Here">
          <NewIntegrationForm provider={provider} taken={integrations.map((one) => one.name)} />
        </Panel>
      </div>
    </>
  );
}
