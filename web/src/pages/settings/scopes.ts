import type { ApiKey } from "@/api/types";

export const scopeText: Record<ApiKey["scope"], { text: string; help: string }> = {
  query: { text: "Query", help: "Runs SQL, and nothing else." },
  read: { text: "Read", help: "Reads everything, and runs SQL." },
  ingest: { text: "Ingest", help: "Pushes custom data, and reads nothing." },
  manage: { text: "Manage", help: "May do what an administrator may." },
};
