import { useSuspenseQuery } from "@tanstack/react-query";
import { integrationsQuery, providersQuery } from "@/api/integrations";
import { useMay } from "@/api/session";
import { EmptyState } from "@/components/feedback/EmptyState";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { Blocks } from "lucide-react";
import { Connected } from "./Connected";
import { ProviderCard } from "./ProviderCard";

export default function IntegrationsPage() {
  const { data: integrations } = useSuspenseQuery(integrationsQuery);
  const { data: providers } = useSuspenseQuery(providersQuery);
  const manages = useMay("manage_integrations");
  return (
    <>
      <PageHeader
        title="Integrations"
        description="The identity systems Muster collects from, and how far it has come."
      />
      <div className="space-y-6">
        <Panel flush title="Connected">
          {integrations.length === 0 ? (
            <EmptyState icon={Blocks} title="Nothing is connected yet">
              {manages
                ? "Choose a system below. Nothing is changed in it: Muster only reads."
                : "An administrator connects the first one."}
            </EmptyState>
          ) : (
            <Connected integrations={integrations} providers={providers} />
          )}
        </Panel>
        {manages && (
          <section aria-labelledby="gallery">
            <h2 id="gallery" className="mb-3 font-semibold">
              Add an integration
            </h2>
            <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
              {providers.map((provider) => (
                <ProviderCard
                  key={provider.name}
                  provider={provider}
                  connected={integrations.filter((one) => one.provider === provider.name).length}
                />
              ))}
            </ul>
          </section>
        )}
      </div>
    </>
  );
}
