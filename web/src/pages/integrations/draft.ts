import type { FormField, Integration, NewIntegration, Provider } from "@/api/types";

/** What a person has typed into the form of an integration. */
export interface Draft {
  name: string;
  description: string;
  tags: string;
  values: Record<string, string>;
  intervalSeconds: number;
  allowInsecureEndpoints: boolean;
}

export const intervals = [300, 600, 1800, 3600, 21600, 86400];

export function emptyDraft(provider: Provider, taken: string[]): Draft {
  return {
    name: taken.includes(provider.title) ? "" : provider.title,
    description: "",
    tags: "",
    values: {},
    intervalSeconds: 600,
    allowInsecureEndpoints: false,
  };
}

export function draftOf(integration: Integration): Draft {
  return {
    name: integration.name,
    description: integration.description,
    tags: integration.tags.join(", "),
    values: { ...integration.settings },
    intervalSeconds: integration.intervalSeconds,
    allowInsecureEndpoints: false,
  };
}

/** The typed values apart: what may be shown, and what is sealed. Empty ones are left out. */
export function credentials(fields: FormField[], draft: Draft) {
  const chosen = (secret: boolean) =>
    Object.fromEntries(
      fields
        .filter((field) => field.secret === secret && (draft.values[field.name] ?? "") !== "")
        .map((field) => [field.name, (draft.values[field.name] ?? "").trim()]),
    );
  return { settings: chosen(false), secrets: chosen(true) };
}

export function tagList(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
}

export function newIntegration(provider: Provider, draft: Draft): NewIntegration {
  return {
    provider: provider.name,
    name: draft.name.trim(),
    description: draft.description.trim(),
    tags: tagList(draft.tags),
    ...credentials(provider.fields, draft),
    intervalSeconds: draft.intervalSeconds,
    ...(draft.allowInsecureEndpoints ? { allowInsecureEndpoints: true } : {}),
  };
}
