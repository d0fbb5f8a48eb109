import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { integrationQuery } from "@/api/integrations";
import { Permitted } from "@/components/feedback/Permitted";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { TypeForm } from "./TypeForm";

const route = getRouteApi("/inside/integrations/$id/types/new");

export default function NewTypePage() {
  return (
    <Permitted to="manage_integrations">
      <NewType />
    </Permitted>
  );
}

function NewType() {
  const { id } = route.useParams();
  const router = useRouter();
  const { data: integration } = useSuspenseQuery(integrationQuery(id));
  return (
    <>
      <PageHeader
        title="New type"
        crumbs={[
          { text: "Integrations", link: { to: "/integrations" } },
          { text: integration.name, link: { to: "/integrations/$id", params: { id } } },
        ]}
        description="What your resources look like. Nothing is collected: you push them."
      />
      <Panel title="Definition" className="max-w-3xl">
        <TypeForm
          integration={id}
          type={null}
          onSaved={(type) =>
            void router.navigate({ to: "/integrations/$id/types/$type", params: { id, type: type.name } })
          }
        />
      </Panel>
    </>
  );
}
