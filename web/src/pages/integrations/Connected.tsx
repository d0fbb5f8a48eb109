import { Link } from "@tanstack/react-router";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import type { Integration, Provider } from "@/api/types";
import { Tag } from "@/components/badge/Badge";
import { IntegrationBadge } from "@/components/badge/states";
import { rowLink } from "@/components/layout/rowLink";
import { count, counted } from "@/components/text/numbers";
import { Ago } from "@/components/text/Time";
import { ProviderMark } from "./ProviderMark";

interface Props {
  integrations: Integration[];
  providers: Provider[];
}

export function Connected({ integrations, providers }: Props) {
  const provider = (name: string) => providers.find((one) => one.name === name);
  const title = (name: string) => provider(name)?.title ?? name;
  return (
    <ul className="divide-y divide-line border-t border-line">
      {integrations.map((integration) => (
        <li key={integration.id} className="relative px-4 py-3 hover:bg-hover/60">
          <div className="flex items-start gap-3">
            <ProviderMark title={title(integration.provider)} />
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Link
                  data-row
                  to="/integrations/$id"
                  params={{ id: integration.id }}
                  className={`${rowLink} font-medium`}
                >
                  {integration.name}
                </Link>
                <IntegrationBadge state={integration.state} pushed={provider(integration.provider)?.pushed} />
                {integration.tags.map((tag) => (
                  <Tag key={tag}>{tag}</Tag>
                ))}
              </div>
              <p className="mt-0.5 text-sm text-muted">
                {title(integration.provider)}
                {integration.organisation && ` · ${integration.organisation}`}
                <RunText integration={integration} />
              </p>
              {integration.reason && (
                <p className="mt-1 text-sm text-critical">
                  <Said text={sentence(integration.reason)} />
                </p>
              )}
            </div>
            <span className="shrink-0 text-right text-sm max-sm:hidden">
              <span className="font-medium tabular-nums">{count(integration.resources)}</span>
              <span className="block text-xs text-muted">
                {integration.resources === 1 ? "resource" : "resources"}
              </span>
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function RunText({ integration }: { integration: Integration }) {
  if (integration.state === "running" && integration.progress) {
    const seen = integration.progress.reduce((sum, type) => sum + type.seen, 0);
    return <> · {counted(seen, "resource")} seen so far</>;
  }
  if (integration.lastRun === null) return null;
  return (
    <>
      {" · last sync "}
      <Ago at={integration.lastRun.finishedAt} />
    </>
  );
}
