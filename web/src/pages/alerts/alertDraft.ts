import type { Alert, NewAlert, Severity } from "@/api/types";

export type FindingStep = "opened" | "reopened" | "resolved";
export type Kind = "added" | "modified" | "removed";

/** An alert while it is written: both kinds side by side, so that switching loses nothing. */
export interface AlertDraft {
  name: string;
  kind: "finding" | "change";
  enabled: boolean;
  channels: string[];
  integrations: string[];
  minimumSeverity: Severity;
  rules: string[];
  steps: FindingStep[];
  types: string[];
  kinds: Kind[];
  fields: string;
}

export function draftOf(alert: Alert | null, channels: string[]): AlertDraft {
  return {
    name: alert?.name ?? "",
    kind: alert?.kind ?? "finding",
    enabled: alert?.enabled ?? true,
    channels: alert?.channels ?? (channels.length === 1 ? channels : []),
    integrations: alert?.findings?.integrations ?? alert?.changes?.integrations ?? [],
    minimumSeverity: alert?.findings?.minimumSeverity ?? "high",
    rules: alert?.findings?.rules ?? [],
    steps: alert?.findings?.steps ?? ["opened", "reopened"],
    types: alert?.changes?.types ?? [],
    kinds: alert?.changes?.kinds ?? ["added", "modified", "removed"],
    fields: alert?.changes?.fields.join(", ") ?? "",
  };
}

export function newAlert(draft: AlertDraft): NewAlert {
  const base = {
    name: draft.name.trim(),
    kind: draft.kind,
    enabled: draft.enabled,
    channels: draft.channels,
  };
  const { integrations, minimumSeverity, rules, steps, types, kinds } = draft;
  if (draft.kind === "finding") return { ...base, findings: { minimumSeverity, rules, integrations, steps } };
  const fields = draft.fields
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  return { ...base, changes: { types, integrations, kinds, fields } };
}
