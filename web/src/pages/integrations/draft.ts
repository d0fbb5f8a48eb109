import type { FormField, Integration, NewIntegration, Provider } from "@/api/types";

/** What a person has typed into the form of an integration. */
export interface Draft {
  name: string;
  description: string;
  tags: string;
  /** The chosen way to authenticate; null where there is no choice. */
  authentication: string | null;
  values: Record<string, string>;
  intervalSeconds: number;
  allowInsecureEndpoints: boolean;
}

export const intervals = [300, 600, 1800, 3600, 21600, 86400];

const usualValues = (fields: FormField[]) =>
  Object.fromEntries(
    fields.flatMap((field) => (field.default === null ? [] : [[field.name, field.default]])),
  );

export function emptyDraft(provider: Provider, taken: string[]): Draft {
  return {
    name: taken.includes(provider.title) ? "" : provider.title,
    description: "",
    tags: "",
    authentication: provider.authentication[0]?.name ?? null,
    values: usualValues(provider.fields),
    intervalSeconds: 600,
    allowInsecureEndpoints: false,
  };
}

export function draftOf(integration: Integration, provider: Provider | undefined): Draft {
  return {
    name: integration.name,
    description: integration.description,
    tags: integration.tags.join(", "),
    authentication: integration.authentication ?? provider?.authentication[0]?.name ?? null,
    values: { ...usualValues(provider?.fields ?? []), ...integration.settings },
    intervalSeconds: integration.intervalSeconds,
    allowInsecureEndpoints: false,
  };
}

/**
 * The fields that the chosen way to authenticate has a use for: its own, and those that belong to no way.
 * What cannot be left empty comes first.
 */
export function fieldsOf(provider: Provider, way: string | null): FormField[] {
  const chosen = provider.authentication.find((one) => one.name === way);
  const apart = new Set(provider.authentication.flatMap((one) => one.fields));
  const fields = provider.fields
    .filter((field) => !apart.has(field.name) || chosen?.fields.includes(field.name))
    .map((field) => ({ ...field, required: field.required || chosen?.needs.includes(field.name) === true }));
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

/** The typed values apart: what may be shown, and what is sealed. Empty ones are left out. */
export function credentials(fields: FormField[], draft: Draft) {
  const chosen = (secret: boolean) =>
    Object.fromEntries(
      fields
        .filter((field) => field.secret === secret && (draft.values[field.name] ?? "").trim() !== "")
        .map((field) => [field.name, (draft.values[field.name] ?? "").trim()]),
    );
  return { settings: chosen(false), secrets: chosen(true) };
}

/** What differs from the settings there are; one that was emptied is sent empty, which takes it away. */
export function changedSettings(fields: FormField[], draft: Draft, integration: Integration) {
  const { settings } = credentials(fields, draft);
  const names = fields.filter((field) => !field.secret).map((field) => field.name);
  const moved = names
    .map((name): [string, string] => [name, settings[name] ?? ""])
    .filter(([name, value]) => value !== (integration.settings[name] ?? ""));
  return Object.fromEntries(moved);
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
    ...credentials(fieldsOf(provider, draft.authentication), draft),
    ...(provider.pushed ? {} : { intervalSeconds: draft.intervalSeconds }),
    ...(draft.allowInsecureEndpoints ? { allowInsecureEndpoints: true } : {}),
  };
}
