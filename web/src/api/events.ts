import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { integrationQuery, integrationsQuery } from "./integrations";
import type { Integration, IntegrationState, TypeProgress } from "./types";

interface Events {
  progress: { integration: string; types: TypeProgress[] };
  sync: { integration: string; state: IntegrationState; reason: string | null };
  changes: { sequence: number; count: number };
  findings: { opened: number; resolved: number };
  delivery: { id: string; status: string };
  audit: { integration: string };
  integrations: object;
  types: object;
  pushed: { integration: string; type: string };
}

const concerned: Record<Exclude<keyof Events, "progress">, string[]> = {
  sync: ["integrations", "overview", "types", "rules"],
  changes: ["changes", "types", "overview", "history"],
  findings: ["findings", "finding", "rules", "packs", "overview"],
  delivery: ["deliveries", "delivery", "channels", "alerts"],
  // Who made a change is known when the vendor's log tells it, which may be later.
  audit: ["audit-current", "audit-logs", "webhook", "changes", "history"],
  integrations: ["integrations", "overview", "audit-logs"],
  types: ["types", "custom-types", "catalogue", "rules"],
  pushed: ["custom-types", "types", "integrations", "overview"],
};

/** Keeps what is on the screen true: the server tells what moved, and the queries concerned are asked again. */
export function useLiveEvents() {
  const queries = useQueryClient();
  useEffect(() => {
    const source = new EventSource("/api/events");
    const refresh = gather(queries);
    source.addEventListener("progress", (event: MessageEvent<string>) =>
      showProgress(queries, JSON.parse(event.data) as Events["progress"]),
    );
    // The server could not keep up with telling; what is shown may be behind.
    source.addEventListener("missed", () => void queries.invalidateQueries());
    for (const [name, keys] of Object.entries(concerned)) {
      source.addEventListener(name, () => refresh(keys));
    }
    return () => {
      source.close();
      refresh.stop();
    };
  }, [queries]);
}

function showProgress(queries: QueryClient, { integration, types }: Events["progress"]) {
  const running = <T extends Integration>(item: T): T =>
    item.id === integration ? { ...item, state: "running", progress: types } : item;
  queries.setQueryData(integrationsQuery.queryKey, (items) => items?.map(running));
  queries.setQueryData(integrationQuery(integration).queryKey, (item) => item && running(item));
}

/** During a first poll events come many times a second; the pages ask again at most once a second. */
function gather(queries: QueryClient) {
  const waiting = new Set<string>();
  let timer: number | undefined;
  const refresh = (keys: string[]) => {
    keys.forEach((key) => waiting.add(key));
    timer ??= window.setTimeout(() => {
      timer = undefined;
      for (const key of waiting) void queries.invalidateQueries({ queryKey: [key] });
      waiting.clear();
    }, 1000);
  };
  refresh.stop = () => window.clearTimeout(timer);
  return refresh;
}
