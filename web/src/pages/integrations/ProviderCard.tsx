import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { Provider } from "@/api/types";
import { rowLink } from "@/components/layout/rowLink";
import { counted } from "@/components/text/numbers";
import { ProviderMark } from "./ProviderMark";

export function ProviderCard({ provider, connected }: { provider: Provider; connected: number }) {
  return (
    <li className="group relative flex gap-3 rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong">
      <ProviderMark title={provider.title} />
      <div className="min-w-0 flex-1">
        <Link
          to="/integrations/new/$provider"
          params={{ provider: provider.name }}
          className={`${rowLink} font-semibold after:rounded-lg`}
        >
          {provider.title}
        </Link>
        <p className="mt-0.5 text-sm text-muted">{provider.description}</p>
        <p className="mt-2 text-xs text-muted">
          {provider.pushed ? "types of your own" : counted(provider.resourceTypes.length, "resource type")}
          {connected > 0 && ` · ${connected} connected`}
        </p>
      </div>
      <Plus aria-hidden className="size-4 text-faint group-hover:text-ink" />
    </li>
  );
}
