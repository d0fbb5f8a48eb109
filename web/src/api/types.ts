import type { components } from "./schema";

type Schemas = components["schemas"];

export type Named = Schemas["Named"];
export type Session = Schemas["Session"];
export type Permission = Schemas["Permission"];
export type Role = Schemas["Role"];
export type User = Schemas["User"];
export type ApiKey = Schemas["ApiKey"];
export type AuditEntry = Schemas["AuditEntry"];
export type Provider = Schemas["Provider"];
export type FormField = Schemas["Field"];
export type Connection = Schemas["Connection"];
export type Integration = Schemas["Integration"];
export type IntegrationDetail = Schemas["IntegrationDetail"];
export type IntegrationState = Schemas["IntegrationState"];
export type NewIntegration = Schemas["NewIntegration"];
export type IntegrationPatch = Schemas["IntegrationPatch"];
export type TypeProgress = Schemas["TypeProgress"];
export type TypeState = Schemas["TypeState"];
export type Column = Schemas["Column"];
export type ResourceType = Schemas["ResourceType"];
export type Row = Schemas["Row"];
export type Resource = Schemas["Resource"];
export type Change = Schemas["Change"];
export type ChangeKind = Change["kind"];
export type Catalogue = Schemas["Catalogue"];
export type Query = Schemas["Query"];
export type NewQuery = Schemas["NewQuery"];
export type QueryRun = Schemas["QueryRun"];
export type Severity = Schemas["Severity"];
export type Counts = Schemas["Counts"];
export type RuleSummary = Schemas["RuleSummary"];
export type Rule = Schemas["Rule"];
export type Finding = Schemas["Finding"];
export type FindingDetail = Schemas["FindingDetail"];
export type FindingStatus = Schemas["FindingStatus"];
export type Step = Schemas["Step"];
export type Pack = Schemas["Pack"];
export type PackDetail = Schemas["PackDetail"];
export type Verdict = Schemas["Verdict"];
export type ChannelKind = Schemas["ChannelKind"];
export type Channel = Schemas["Channel"];
export type NewChannel = Schemas["NewChannel"];
export type ChannelPatch = Schemas["ChannelPatch"];
export type Alert = Schemas["Alert"];
export type NewAlert = Schemas["NewAlert"];
export type Delivery = Schemas["Delivery"];
export type DeliveryDetail = Schemas["DeliveryDetail"];
export type Overview = Schemas["Overview"];

export const severities = [
  "critical",
  "high",
  "medium",
  "low",
  "info",
] as const satisfies readonly Severity[];
