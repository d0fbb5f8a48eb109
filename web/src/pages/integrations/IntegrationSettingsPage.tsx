import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { integrationQuery, providersQuery, useChangeIntegration } from "@/api/integrations";
import { Problem } from "@/api/problem";
import { Button } from "@/components/action/Button";
import { Permitted } from "@/components/feedback/Permitted";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { VendorFields } from "@/components/form/VendorFields";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { Steps } from "@/components/layout/Steps";
import { DescriptionFields } from "./DescriptionFields";
import { changedSettings, credentials, draftOf, fieldsOf, tagList, type Draft } from "./draft";
import { WayChoice } from "./WayChoice";

const route = getRouteApi("/inside/integrations/$id/settings");

export default function IntegrationSettingsPage() {
  return (
    <Permitted to="manage_integrations">
      <IntegrationSettings />
    </Permitted>
  );
}

function IntegrationSettings() {
  const { id } = route.useParams();
  const router = useRouter();
  const { data: integration } = useSuspenseQuery(integrationQuery(id));
  const { data: providers } = useSuspenseQuery(providersQuery);
  const provider = providers.find((one) => one.name === integration.provider);
  const [draft, setDraft] = useState<Draft>(() => draftOf(integration, provider));
  const fields = provider ? fieldsOf(provider, draft.authentication) : [];
  // The credentials of the way that is in use are kept; those of another are asked for.
  const same = draft.authentication === integration.authentication;
  const kept = same ? fields.filter((field) => field.secret).map((field) => field.name) : [];
  const save = useChangeIntegration(id);
  const change = (part: Partial<Draft>) => {
    save.reset();
    setDraft((current) => ({ ...current, ...part }));
  };
  const errors = save.error instanceof Problem ? save.error.fields : {};
  const submit = () => {
    const { secrets } = credentials(fields, draft);
    const settings = changedSettings(fields, draft, integration);
    save.mutate(
      {
        name: draft.name.trim(),
        description: draft.description.trim(),
        tags: tagList(draft.tags),
        ...(provider?.pushed ? {} : { intervalSeconds: draft.intervalSeconds }),
        ...(Object.keys(settings).length > 0 ? { settings } : {}),
        ...(Object.keys(secrets).length > 0 ? { secrets } : {}),
      },
      { onSuccess: () => void router.navigate({ to: "/integrations/$id", params: { id } }) },
    );
  };
  return (
    <>
      <PageHeader
        title={`Edit ${integration.name}`}
        crumbs={[
          { text: "Integrations", link: { to: "/integrations" } },
          { text: integration.name, link: { to: "/integrations/$id", params: { id } } },
        ]}
        description={
          provider?.pushed !== true && "New credentials are tried before they take the place of the old ones."
        }
      />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,26rem)]">
        {provider && !provider.pushed && (
          <Panel className="lg:order-2" title={`New credentials from ${provider.title}`}>
            <Steps steps={provider.steps} />
          </Panel>
        )}
        <Panel title="Settings">
          <form
            className="max-w-xl space-y-4"
            onSubmit={(event) => {
              event.preventDefault();
              submit();
            }}
          >
            <DescriptionFields
              draft={draft}
              onChange={change}
              errors={errors}
              polled={provider?.pushed !== true}
            />
            <WayChoice
              ways={provider?.authentication ?? []}
              value={draft.authentication}
              onChange={(authentication) => change({ authentication })}
            />
            <VendorFields
              fields={fields}
              kept={kept}
              values={draft.values}
              errors={errors}
              onChange={(name, value) => change({ values: { ...draft.values, [name]: value } })}
            />
            <ProblemNotice error={save.error} title="Nothing was saved" />
            <div className="flex gap-2">
              <Button type="submit" look="primary" busy={save.isPending}>
                Save
              </Button>
              <Button asChild>
                <Link to="/integrations/$id" params={{ id }}>
                  Cancel
                </Link>
              </Button>
            </div>
          </form>
        </Panel>
      </div>
    </>
  );
}
