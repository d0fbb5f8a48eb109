// The types of the HTTP API, in the shape openapi-typescript gives them.

type Operation<Query, Path, Body, Answer> = {
  parameters: { query?: [Query] extends [undefined] ? never : Query; header?: never; cookie?: never } & ([Path] extends [
    undefined,
  ]
    ? { path?: never }
    : { path: Path });
  responses: {
    200: { headers: Record<string, unknown>; content: { "application/json": Answer } };
    default: { headers: Record<string, unknown>; content: { "application/problem+json": components["schemas"]["Problem"] } };
  };
} & ([Body] extends [never] ? { requestBody?: never } : { requestBody: { content: { "application/json": Body } } });
type None = undefined;
interface Id {
  id: string;
}
interface Page {
  cursor?: string;
  limit?: number;
}
interface List<Item> {
  items: Item[];
  next: string | null;
  total?: number;
}
type S = components["schemas"];
interface Parameters {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
}

export interface paths {
  "/api/setup": Parameters & {
    get: Operation<None, None, never, { needed: boolean }>;
    post: Operation<None, None, { token: string; name: string; email: string; password: string }, S["Session"]>;
  };
  "/api/session": Parameters & {
    get: Operation<None, None, never, S["Session"]>;
    post: Operation<None, None, { email: string; password: string }, S["Session"]>;
    delete: Operation<None, None, never, undefined>;
  };
  "/api/session/password": Parameters & {
    put: Operation<None, None, { current: string; password: string }, undefined>;
  };
  "/api/invitations/{token}": Parameters & {
    get: Operation<None, { token: string }, never, { name: string; email: string }>;
    post: Operation<None, { token: string }, { password: string }, S["Session"]>;
  };
  "/api/users": Parameters & {
    get: Operation<None, None, never, List<S["User"]>>;
    post: Operation<None, None, { name: string; email: string; role: S["Role"] }, { user: S["User"]; invitation: string }>;
  };
  "/api/users/{id}": Parameters & {
    patch: Operation<None, Id, { name?: string; role?: S["Role"]; disabled?: boolean }, S["User"]>;
    delete: Operation<None, Id, never, undefined>;
  };
  "/api/users/{id}/invitation": Parameters & { post: Operation<None, Id, never, { invitation: string }> };
  "/api/keys": Parameters & {
    get: Operation<None, None, never, List<S["ApiKey"]>>;
    post: Operation<
      None,
      None,
      { name: string; scope: S["ApiKey"]["scope"]; expiresAt: string | null },
      { key: S["ApiKey"]; secret: string }
    >;
  };
  "/api/keys/{id}": Parameters & {
    patch: Operation<None, Id, { disabled: boolean }, S["ApiKey"]>;
    delete: Operation<None, Id, never, undefined>;
  };
  "/api/audit": Parameters & { get: Operation<Page & { actor?: string }, None, never, List<S["AuditEntry"]>> };
  "/api/providers": Parameters & { get: Operation<None, None, never, List<S["Provider"]>> };
  "/api/integrations/test": Parameters & {
    post: Operation<
      None,
      None,
      { provider: string; settings: Record<string, string>; secrets: Record<string, string>; allowInsecureEndpoints?: boolean },
      S["Connection"]
    >;
  };
  "/api/integrations": Parameters & {
    get: Operation<None, None, never, List<S["Integration"]>>;
    post: Operation<None, None, S["NewIntegration"], { integration: S["Integration"]; connection: S["Connection"] }>;
  };
  "/api/integrations/{id}": Parameters & {
    get: Operation<None, Id, never, S["IntegrationDetail"]>;
    patch: Operation<None, Id, S["IntegrationPatch"], S["Integration"]>;
    delete: Operation<None, Id, { confirm: string }, undefined>;
  };
  "/api/integrations/{id}/sync": Parameters & {
    post: Operation<None, Id, { full?: boolean; acceptRemovals?: string[] }, undefined>;
  };
  "/api/types": Parameters & { get: Operation<{ integration?: string }, None, never, List<S["ResourceType"]>> };
  "/api/resources": Parameters & {
    get: Operation<
      Page & { type: string; integration?: string; q?: string; filter?: string[]; sort?: string },
      None,
      never,
      { columns: S["Column"][]; items: S["Row"][]; next: string | null; total: number }
    >;
  };
  "/api/resource": Parameters & {
    get: Operation<{ type: string; integration: string; key: string }, None, never, S["Resource"]>;
  };
  "/api/resource/history": Parameters & {
    get: Operation<{ type: string; integration: string; key: string } & Page, None, never, List<S["Change"]>>;
  };
  "/api/changes": Parameters & {
    get: Operation<
      { type?: string; integration?: string; kind?: string; field?: string; before?: number; limit?: number },
      None,
      never,
      List<S["Change"]>
    >;
  };
  "/api/catalogue": Parameters & { get: Operation<None, None, never, S["Catalogue"]> };
  "/api/queries": Parameters & {
    get: Operation<None, None, never, List<S["Query"]>>;
    post: Operation<None, None, S["NewQuery"], S["Query"]>;
  };
  "/api/queries/{id}": Parameters & {
    put: Operation<None, Id, S["NewQuery"], S["Query"]>;
    delete: Operation<None, Id, never, undefined>;
  };
  "/api/queries/history": Parameters & {
    get: Operation<Page & { everyone?: boolean }, None, never, List<S["QueryRun"]>>;
  };
  "/api/rules": Parameters & { get: Operation<None, None, never, List<S["RuleSummary"]>> };
  "/api/rules/{id}": Parameters & { get: Operation<None, Id, never, S["Rule"]> };
  "/api/findings": Parameters & {
    get: Operation<
      Page & {
        status?: string;
        severity?: string;
        rule?: string;
        integration?: string;
        type?: string;
        key?: string;
        assignee?: string;
        q?: string;
        sort?: string;
      },
      None,
      never,
      List<S["Finding"]>
    >;
  };
  "/api/findings/{id}": Parameters & {
    get: Operation<None, Id, never, S["FindingDetail"]>;
    patch: Operation<None, Id, { assignee?: string | null; dueAt?: string | null }, S["Finding"]>;
  };
  "/api/findings/{id}/comments": Parameters & { post: Operation<None, Id, { text: string }, S["Step"]> };
  "/api/findings/{id}/suppression": Parameters & {
    put: Operation<None, Id, { reason: string; until: string | null }, S["Finding"]>;
    delete: Operation<None, Id, { reason: string }, S["Finding"]>;
  };
  "/api/packs": Parameters & { get: Operation<None, None, never, List<S["Pack"]>> };
  "/api/packs/{id}": Parameters & { get: Operation<None, Id, never, S["PackDetail"]> };
  "/api/channel-kinds": Parameters & { get: Operation<None, None, never, List<S["ChannelKind"]>> };
  "/api/channels": Parameters & {
    get: Operation<None, None, never, List<S["Channel"]>>;
    post: Operation<None, None, S["NewChannel"], S["Channel"]>;
  };
  "/api/channels/{id}": Parameters & {
    patch: Operation<None, Id, S["ChannelPatch"], S["Channel"]>;
    delete: Operation<None, Id, never, undefined>;
  };
  "/api/channels/{id}/test": Parameters & { post: Operation<None, Id, never, S["Delivery"]> };
  "/api/alerts": Parameters & {
    get: Operation<None, None, never, List<S["Alert"]>>;
    post: Operation<None, None, S["NewAlert"], S["Alert"]>;
  };
  "/api/alerts/{id}": Parameters & {
    patch: Operation<None, Id, Partial<S["NewAlert"]>, S["Alert"]>;
    delete: Operation<None, Id, never, undefined>;
  };
  "/api/deliveries": Parameters & {
    get: Operation<Page & { channel?: string; alert?: string; status?: string }, None, never, List<S["Delivery"]>>;
  };
  "/api/deliveries/{id}": Parameters & { get: Operation<None, Id, never, S["DeliveryDetail"]> };
  "/api/deliveries/{id}/retry": Parameters & { post: Operation<None, Id, never, S["Delivery"]> };
  "/api/overview": Parameters & { get: Operation<None, None, never, S["Overview"]> };
}

export interface components {
  schemas: {
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      errors?: { field: string; message: string }[];
      place?: { line: number; column: number; offset: number; length: number };
      help?: string;
    };
    Named: { id: string; name: string };
    Session: { user: S["User"]; csrfToken: string; version: string; permissions: S["Permission"][] };
    Permission:
      | "read"
      | "query"
      | "manage_integrations"
      | "judge"
      | "manage_alerts"
      | "manage_users"
      | "manage_keys"
      | "read_audit";
    Role: "owner" | "admin" | "user";
    User: {
      id: string;
      name: string;
      email: string;
      role: S["Role"];
      disabled: boolean;
      invited: boolean;
      createdAt: string;
      lastSeenAt: string | null;
    };
    ApiKey: {
      id: string;
      name: string;
      scope: "query" | "read" | "manage";
      prefix: string;
      createdBy: string;
      createdAt: string;
      expiresAt: string | null;
      lastUsedAt: string | null;
      disabled: boolean;
    };
    AuditEntry: {
      id: string;
      at: string;
      actor: string;
      action: string;
      target: string | null;
      detail: Record<string, unknown> | null;
      address: string | null;
    };
    Provider: {
      name: string;
      title: string;
      description: string;
      steps: string[];
      fields: S["Field"][];
      resourceTypes: { name: string; title: string; description: string }[];
    };
    Field: {
      name: string;
      label: string;
      help: string;
      example: string | null;
      secret: boolean;
      required: boolean;
      multiline?: boolean;
    };
    Connection: { organisation: string | null; unseen: string[] };
    NewIntegration: {
      provider: string;
      name: string;
      description?: string;
      tags?: string[];
      settings: Record<string, string>;
      secrets: Record<string, string>;
      intervalSeconds?: number;
      allowInsecureEndpoints?: boolean;
    };
    IntegrationPatch: {
      name?: string;
      description?: string;
      tags?: string[];
      settings?: Record<string, string>;
      secrets?: Record<string, string>;
      intervalSeconds?: number;
      enabled?: boolean;
    };
    IntegrationState: "new" | "running" | "complete" | "incomplete" | "failing" | "disabled" | "deleting";
    Integration: {
      id: string;
      provider: string;
      name: string;
      description: string;
      tags: string[];
      settings: Record<string, string>;
      enabled: boolean;
      intervalSeconds: number;
      createdAt: string;
      organisation: string | null;
      state: S["IntegrationState"];
      reason: string | null;
      resources: number;
      requests: number | null;
      lastRun: {
        startedAt: string;
        finishedAt: string | null;
        complete: boolean;
        requests: number;
        added: number;
        modified: number;
        removed: number;
      } | null;
      nextRunAt: string | null;
      progress: S["TypeProgress"][] | null;
    };
    IntegrationDetail: S["Integration"] & { types: S["TypeState"][] };
    TypeStatus: "complete" | "incomplete" | "not_permitted" | "not_available" | "skipped";
    TypeProgress: {
      type: string;
      seen: number;
      changes: number;
      parents: number | null;
      parentsDone: number | null;
      requests: number;
      status: S["TypeStatus"] | null;
    };
    TypeState: {
      type: string;
      title: string;
      status: S["TypeStatus"] | "waiting";
      reason: string | null;
      resources: number;
      stale: boolean;
      completeSince: string | null;
      lastComplete: string | null;
      parents: number | null;
      parentsDone: number | null;
    };
    Column: {
      name: string;
      type: "string" | "integer" | "number" | "boolean" | "timestamp" | "json" | "list";
      nullable: boolean;
      description: string | null;
      computed?: boolean;
      reference?: string;
    };
    ResourceType: {
      name: string;
      title: string;
      description: string;
      provider: string;
      resources: number;
      columns: S["Column"][];
      integrations: { id: string; resources: number }[];
    };
    Row: {
      integration: S["Named"];
      key: string;
      label: string;
      recordedAt: string;
      fields: Record<string, unknown>;
    };
    Resource: S["Row"] & {
      type: string;
      title: string;
      columns: S["Column"][];
      document: Record<string, unknown>;
      references: { path: string; type: string; key: string; label: string | null }[];
    };
    Change: {
      sequence: number;
      resourceType: string;
      integration: S["Named"];
      key: string;
      label: string;
      kind: "added" | "modified" | "removed";
      recordedAt: string;
      actor: string | null;
      eventType: string | null;
      fields: string[];
      before: Record<string, unknown> | null;
      after: Record<string, unknown> | null;
    };
    Catalogue: {
      tables: { name: string; kind: "resource" | "changes" | "system"; title: string; columns: S["Column"][] }[];
      functions: { name: string; signature: string; description: string }[];
      keywords: string[];
    };
    Query: {
      id: string;
      kind: "managed" | "saved";
      title: string;
      description: string;
      sql: string;
      provider: string | null;
      shared: boolean;
      owner: string | null;
      mine: boolean;
      updatedAt: string | null;
    };
    NewQuery: { title: string; description?: string; sql: string; shared: boolean };
    QueryRun: {
      id: string;
      at: string;
      by: string;
      sql: string;
      rows: number | null;
      milliseconds: number;
      error: string | null;
    };
    Severity: "critical" | "high" | "medium" | "low" | "info";
    Counts: { pass: number; fail: number; suppressed: number; notApplicable: number; notEvaluated: number };
    RuleSummary: {
      id: string;
      title: string;
      severity: S["Severity"];
      provider: string;
      judges: string;
      tags: string[];
      counts: S["Counts"];
      reason: string | null;
      evaluatedAt: string | null;
    };
    Rule: S["RuleSummary"] & {
      why: string;
      remediation: string[];
      frameworks: { framework: string; control: string }[];
      applies: string;
      breaks: string;
      sql: string;
      reads: string[];
      perIntegration: { integration: S["Named"]; counts: S["Counts"]; reason: string | null }[];
      activity: { day: string; opened: number; resolved: number }[];
      packs: { id: string; title: string }[];
    };
    FindingStatus: "open" | "resolved" | "suppressed";
    FindingBase: {
      id: string;
      integration: S["Named"];
      resourceType: string;
      key: string;
      label: string;
      status: S["FindingStatus"];
      openedAt: string;
      changedAt: string;
      evidence: Record<string, unknown>;
      assignee: S["Named"] | null;
      dueAt: string | null;
      suppression: { reason: string; until: string | null; by: string; at: string } | null;
    };
    Finding: S["FindingBase"] & { rule: { id: string; title: string; severity: S["Severity"] } };
    FindingDetail: S["FindingBase"] & { rule: S["Rule"]; steps: S["Step"][] };
    Step: {
      at: string;
      kind: "opened" | "resolved" | "reopened" | "suppressed" | "unsuppressed" | "assigned" | "due" | "comment";
      by: string | null;
      cause: string | null;
      text: string | null;
    };
    Pack: {
      id: string;
      title: string;
      description: string;
      version: string;
      score: number | null;
      controls: { pass: number; fail: number; notEvaluated: number; notApplicable: number; notDecided: number };
    };
    Verdict: "pass" | "fail" | "not_applicable" | "not_evaluated" | "not_decided";
    PackDetail: S["Pack"] & {
      controlList: { id: string; title: string; severity: S["Severity"]; rules: S["RuleSummary"][]; verdict: S["Verdict"] }[];
    };
    ChannelKindName: "webhook" | "slack" | "email";
    ChannelKind: { kind: S["ChannelKindName"]; title: string; description: string; fields: S["Field"][] };
    Channel: {
      id: string;
      kind: S["ChannelKindName"];
      name: string;
      settings: Record<string, string>;
      secretsSet: string[];
      enabled: boolean;
      allowInsecureEndpoint: boolean;
      lastDelivery: S["Delivery"] | null;
    };
    NewChannel: {
      kind: S["ChannelKindName"];
      name: string;
      settings: Record<string, string>;
      secrets: Record<string, string>;
      allowInsecureEndpoint?: boolean;
    };
    ChannelPatch: {
      name?: string;
      settings?: Record<string, string>;
      secrets?: Record<string, string>;
      enabled?: boolean;
      allowInsecureEndpoint?: boolean;
    };
    NewAlert: {
      name: string;
      kind: "finding" | "change";
      enabled: boolean;
      channels: string[];
      findings?: {
        minimumSeverity: S["Severity"];
        rules: string[];
        integrations: string[];
        steps: ("opened" | "reopened" | "resolved")[];
      };
      changes?: {
        types: string[];
        integrations: string[];
        kinds: ("added" | "modified" | "removed")[];
        fields: string[];
      };
    };
    Alert: S["NewAlert"] & { id: string; lastSentAt: string | null };
    Delivery: {
      id: string;
      channel: { id: string; name: string; kind: S["ChannelKindName"] };
      alert: S["Named"] | null;
      status: "waiting" | "sent" | "failed" | "dead";
      title: string;
      events: number;
      createdAt: string;
      sentAt: string | null;
      nextAttemptAt: string | null;
      attempts: number;
      lastError: string | null;
    };
    DeliveryDetail: Omit<S["Delivery"], "attempts"> & {
      payload: Record<string, unknown> | string;
      attempts: { at: string; outcome: string; milliseconds: number }[];
    };
    Overview: {
      integrations: {
        id: string;
        name: string;
        provider: string;
        state: S["IntegrationState"];
        resources: number;
        lastRunAt: string | null;
      }[];
      resources: number;
      changesToday: number;
      findings: Record<S["Severity"], number>;
      trend: { day: string; open: number; opened: number; resolved: number }[];
      packs: { id: string; title: string; score: number | null }[];
      types: { name: string; title: string; resources: number }[];
      recentFindings: S["Finding"][];
      recentChanges: S["Change"][];
    };
  };
}
