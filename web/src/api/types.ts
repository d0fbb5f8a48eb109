import type { components } from "./schema";

type Schemas = components["schemas"];

/**
 * What the server answers, as it answers it: a member without a value is sent as null and never left out, which the
 * document cannot say.
 */
export type Answered<Value> = Value extends (infer Item)[]
  ? Answered<Item>[]
  : Value extends object
    ? { [Name in keyof Value]-?: Answered<Exclude<Value[Name], undefined>> }
    : Value;

type Said<Name extends keyof Schemas> = Answered<Schemas[Name]>;

export type Session = Said<"Session">;
export type Permission = Schemas["Permission"];
export type Role = Schemas["Role"];
export type User = Said<"User">;
export type ApiKey = Said<"ApiKey">;
export type AuditEntry = Said<"AuditEntry">;
export type Provider = Said<"Provider">;
export type FormField = Said<"Field">;
export type Way = Said<"Authentication">;
export type Connection = Said<"Connection">;
export type Integration = Said<"Integration">;
export type IntegrationDetail = Said<"IntegrationDetail">;
export type Webhook = Said<"Webhook">;
export type NewWebhook = Said<"MadeWebhook">;
export type CustomType = Said<"CustomType">;
export type NewCustomType = Schemas["NewCustomType"];
export type IntegrationState = Schemas["IntegrationState"];
export type NewIntegration = Schemas["NewIntegration"];
export type IntegrationPatch = Schemas["IntegrationChange"];
export type TypeProgress = Said<"TypeProgress">;
export type TypeState = Said<"TypeState">;
export type Column = Said<"Column">;
export type ResourceType = Said<"ResourceType">;
export type Row = Said<"Row">;
export type Resource = Said<"ResourceDetail">;
export type AuditEvent = Said<"AuditEvent">;
export type AuditLog = Said<"AuditLog">;
export type Histogram = Said<"Histogram">;
export type Party = Said<"Party">;
export type Change = Said<"Change">;
export type ChangeKind = Schemas["ChangeKind"];
export type Catalogue = Said<"Catalogue">;
export type Query = Said<"Query">;
export type NewQuery = Schemas["NewQuery"];
export type QueryRun = Said<"AskedView">;
export type Severity = Schemas["Severity"];
export type Counts = Said<"Counts">;
export type RuleSummary = Said<"RuleSummary">;
export type Rule = Said<"RuleDetail">;
export type Finding = Said<"Finding">;
export type FindingDetail = Said<"FindingDetail">;
export type FindingStatus = Schemas["FindingStatus"];
export type Step = Said<"Step">;
export type Pack = Said<"Pack">;
export type PackDetail = Said<"PackDetail">;
export type Verdict = Schemas["ControlVerdict"];
export type ChannelKind = Said<"ChannelKind">;
export type Channel = Said<"Channel">;
export type NewChannel = Schemas["NewChannel"];
export type ChannelPatch = Schemas["ChannelChange"];
export type Alert = Said<"Alert">;
export type NewAlert = Schemas["NewAlert"];
export type Delivery = Said<"Delivery">;
export type Overview = Said<"Overview">;

export const severities = [
  "critical",
  "high",
  "medium",
  "low",
  "info",
] as const satisfies readonly Severity[];
