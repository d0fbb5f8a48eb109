import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { Database, Trash2 } from "lucide-react";
import { useState } from "react";
import { customTypeQuery, useDeleteType } from "@/api/customTypes";
import { sentence } from "@/api/problem";
import { useMay } from "@/api/session";
import type { CustomType } from "@/api/types";
import { Button } from "@/components/action/Button";
import { TypeBadge } from "@/components/badge/states";
import { CodeText } from "@/components/code/CodeText";
import { Notice } from "@/components/feedback/Notice";
import { Facts } from "@/components/layout/Facts";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { Confirm } from "@/components/overlay/Confirm";
import { count, counted } from "@/components/text/numbers";
import { Said } from "@/components/text/Said";
import { Ago } from "@/components/text/Time";
import { HowToPush } from "./HowToPush";
import { TypeForm } from "./TypeForm";

const route = getRouteApi("/inside/integrations/$id/types/$type");

export default function CustomTypePage() {
  const { id, type: name } = route.useParams();
  const { data: type } = useSuspenseQuery(customTypeQuery(name));
  const manages = useMay("manage_integrations");
  const [saved, setSaved] = useState(false);
  return (
    <>
      <PageHeader
        title={type.title}
        mark={<TypeBadge status={type.status} />}
        crumbs={[
          { text: "Integrations", link: { to: "/integrations" } },
          { text: type.integration.name, link: { to: "/integrations/$id", params: { id } } },
        ]}
        description={type.description}
        actions={
          <>
            <Button asChild>
              <Link to="/resources/$type" params={{ type: type.name }}>
                <Database aria-hidden className="size-4" />
                Resources
              </Link>
            </Button>
            {manages && <DeleteType type={type} integration={id} />}
          </>
        }
      />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,28rem)]">
        <div className="space-y-4 lg:order-2">
          <Panel title="So far">
            <Facts
              facts={[
                { name: "Resources", value: <span className="tabular-nums">{count(type.resources)}</span> },
                { name: "Key", value: <code className="text-xs">{type.key.join(", ")}</code> },
                { name: "Last full push", value: <Ago at={type.lastFullPush} /> },
                { name: "Definition changed", value: <Ago at={type.changedAt} /> },
              ]}
            />
            {type.reason !== null && (
              <p className="mt-3 text-sm text-muted">
                <Said text={sentence(type.reason)} />
              </p>
            )}
          </Panel>
          <HowToPush type={type.name} keyText={type.key.map((one) => one.toUpperCase()).join("%2F")} />
        </div>
        <Panel title="Definition">
          {manages ? (
            <div className="space-y-4">
              <TypeForm key={type.changedAt} integration={id} type={type} onSaved={() => setSaved(true)} />
              {saved && (
                <Notice kind="good">
                  <p>Saved. Columns follow the schema; nothing that was pushed is lost.</p>
                </Notice>
              )}
            </div>
          ) : (
            <CodeText tall label="the schema" text={JSON.stringify(type.schema, null, 2)} />
          )}
        </Panel>
      </div>
    </>
  );
}

function DeleteType({ type, integration }: { type: CustomType; integration: string }) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const remove = useDeleteType(type.name);
  return (
    <>
      <Button icon={Trash2} onClick={() => setAsking(true)}>
        Delete
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${type.title}?`}
        action="Delete for ever"
        typed={type.name}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(type.name, {
            onSuccess: () => void router.navigate({ to: "/integrations/$id", params: { id: integration } }),
          })
        }
      >
        <p>
          {`The type goes, and with it ${counted(type.resources, "resource")}, their whole history and their findings. This cannot be undone.`}
        </p>
      </Confirm>
    </>
  );
}
