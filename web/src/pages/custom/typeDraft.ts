import type { CustomType, NewCustomType } from "@/api/types";

/** What a person has written into the form of a type. */
export interface TypeDraft {
  name: string;
  title: string;
  description: string;
  key: string;
  label: string;
  schema: string;
}

const example = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  required: ["employeeNumber"],
  properties: {
    employeeNumber: { type: "string" },
    email: { type: "string" },
    department: { type: "string" },
    startedAt: { type: "string", format: "date-time" },
    active: { type: "boolean" },
  },
};

export function draftOf(type: CustomType | null): TypeDraft {
  return {
    name: type?.name ?? "",
    title: type?.title ?? "",
    description: type?.description ?? "",
    key: type?.key.join(", ") ?? "employeeNumber",
    label: type === null ? "email" : (type.label ?? ""),
    schema: JSON.stringify(type?.schema ?? example, null, 2),
  };
}

const listed = (text: string) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** The order to the server, or what is wrong with the schema as it is written. */
export function orderOf(draft: TypeDraft, integration: string): NewCustomType | string {
  let schema: unknown;
  try {
    schema = JSON.parse(draft.schema);
  } catch (error) {
    return `this is no JSON: ${error instanceof Error ? error.message : "it cannot be read"}`;
  }
  if (typeof schema !== "object" || schema === null || Array.isArray(schema))
    return "a schema is a JSON object";
  return {
    name: draft.name.trim(),
    title: draft.title.trim(),
    description: draft.description.trim(),
    integration,
    key: listed(draft.key),
    ...(draft.label.trim() === "" ? {} : { label: draft.label.trim() }),
    schema: schema as NewCustomType["schema"],
  };
}
