import { Link } from "@tanstack/react-router";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import type { Overview } from "@/api/types";
import { IntegrationBadge } from "@/components/badge/states";
import { Panel } from "@/components/layout/Panel";
import { counted } from "@/components/text/numbers";
import { Ago } from "@/components/text/Time";

export function IntegrationList({ integrations }: { integrations: Overview["integrations"] }) {
  return (
    <Panel
      flush
      title="Integrations"
      actions={
        <Link to="/integrations" className="link">
          All
        </Link>
      }
    >
      <ul className="divide-y divide-line border-t border-line">
        {integrations.map((integration) => (
          <li key={integration.id} className="px-4 py-2.5">
            <div className="flex items-center justify-between gap-3">
              <Link
                to="/integrations/$id"
                params={{ id: integration.id }}
                className="min-w-0 truncate font-medium hover:underline"
              >
                {integration.name}
              </Link>
              <IntegrationBadge state={integration.state} />
            </div>
            <p className="mt-0.5 text-xs text-muted">
              {counted(integration.resources, "resource")}
              {integration.nextRunAt && (
                <>
                  {" · next sync "}
                  <Ago at={integration.nextRunAt} />
                </>
              )}
            </p>
            {integration.reason && (
              <p className="mt-0.5 text-xs text-muted">
                <Said text={sentence(integration.reason)} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
