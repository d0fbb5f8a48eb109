import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import {
  ago,
  changes,
  findings,
  integrations,
  people,
  progress,
  random,
  rules,
  typeList,
  typeStates,
  users,
} from "./data";

type Body = Record<string, unknown>;
interface Result {
  status: number;
  body: unknown;
}
const ok = (body: unknown, status = 200): Result => ({ status, body });
const list = (items: unknown[], total?: number) => ok({ items, next: null, total: total ?? items.length });
const problem = (status: number, title: string, detail: string, more: object = {}) =>
  ok({ type: "/problems/x", title, status, detail, ...more }, status);
const provider = {
  name: "okta",
  title: "Okta",
  description: "Users, groups, applications, factors and policies of an Okta organisation.",
  steps: [
    "Make a service account for Muster in Okta, so that the token's rights are its own and outlive the person who set it up.",
    "Give that account the role Read-Only Administrator. A Super Administrator also sees the Okta Support setting and the self-service features; without it both are shown as not permitted.",
    "Sign in to the Admin Console as that account, open Security, then API, then the tab Tokens, and create a token.",
    "Copy the token: Okta shows it once, and drops it after 30 days without use.",
    "Enter the token here, together with the organisation's address as its people see it when they sign in.",
  ],
  fields: [
    {
      name: "domain",
      label: "Okta domain",
      help: "The organisation's own address or its custom domain, not the one of the admin console.",
      example: "example.okta.com",
      secret: false,
      required: true,
    },
    {
      name: "api_token",
      label: "API token",
      help: "From the Admin Console: Security, API, Tokens. It has the rights of the administrator who made it.",
      example: null,
      secret: true,
      required: true,
    },
  ],
  resourceTypes: typeList.map(({ name, title, description }) => ({ name, title, description })),
};
const channelKinds = [
  {
    kind: "slack",
    title: "Slack",
    description: "A message in a Slack channel, by an incoming webhook.",
    fields: [
      {
        name: "url",
        label: "Webhook address",
        help: "In Slack: your app, Incoming Webhooks, Add New Webhook to Workspace.",
        example: "https://hooks.slack.com/services/…",
        secret: true,
        required: true,
      },
    ],
  },
  {
    kind: "webhook",
    title: "Webhook",
    description: "A signed JSON request to an address of yours.",
    fields: [
      {
        name: "url",
        label: "Address",
        help: "Must answer 2xx within ten seconds.",
        example: "https://example.com/hook",
        secret: false,
        required: true,
      },
      {
        name: "headers",
        label: "Headers",
        help: "One per line, Name: value.",
        example: null,
        secret: true,
        required: false,
        multiline: true,
      },
      {
        name: "signing_key",
        label: "Signing key",
        help: "Used for the HMAC in the header muster-signature.",
        example: null,
        secret: true,
        required: false,
      },
    ],
  },
  {
    kind: "email",
    title: "E-mail",
    description: "Through your SMTP server.",
    fields: [
      {
        name: "host",
        label: "SMTP server",
        help: "",
        example: "smtp.example.com:587",
        secret: false,
        required: true,
      },
      {
        name: "to",
        label: "Recipients",
        help: "Separated by commas.",
        example: "security@example.com",
        secret: false,
        required: true,
      },
    ],
  },
];
const delivery = (i: number) => ({
  id: `dlv_${i}`,
  channel: { id: "chn_1", name: "#security-alerts", kind: "slack" },
  alert: i === 2 ? null : { id: "alr_1", name: "High and critical findings" },
  status: ["sent", "failed", "sent", "sent", "dead", "waiting"][i % 6],
  title: [
    "3 findings opened in Acme corporate",
    "OKTA-005 opened: Okta Dashboard: phishing-resistant authenticators only",
    "Test message from Muster",
    "42 findings opened in Acme corporate",
  ][i % 4],
  events: [3, 1, 1, 42][i % 4],
  createdAt: ago(30 + i * 500),
  sentAt: [0, 2, 3].includes(i % 6) ? ago(29 + i * 500) : null,
  nextAttemptAt: i % 6 === 1 ? ago(-6) : null,
  attempts: [1, 3, 1, 1, 8, 0][i % 6],
  lastError: i % 6 === 1 || i % 6 === 4 ? "the address answered 503 Service Unavailable" : null,
});
const channels = [
  {
    id: "chn_1",
    kind: "slack",
    name: "#security-alerts",
    settings: {},
    secretsSet: ["url"],
    enabled: true,
    allowInsecureEndpoint: false,
    lastDelivery: delivery(0),
  },
  {
    id: "chn_2",
    kind: "email",
    name: "Security mailbox",
    settings: { host: "smtp.acme.example:587", to: "security@acme.example" },
    secretsSet: [],
    enabled: false,
    allowInsecureEndpoint: false,
    lastDelivery: null,
  },
];
const alerts = [
  {
    id: "alr_1",
    name: "High and critical findings",
    kind: "finding",
    enabled: true,
    channels: ["chn_1"],
    findings: { minimumSeverity: "high", rules: [], integrations: [], steps: ["opened", "reopened"] },
    lastSentAt: ago(30),
  },
  {
    id: "alr_2",
    name: "Policies changed",
    kind: "change",
    enabled: true,
    channels: ["chn_1", "chn_2"],
    changes: {
      types: ["okta_policy", "okta_policy_rule"],
      integrations: [],
      kinds: ["modified", "removed"],
      fields: [],
    },
    lastSentAt: null,
  },
];
const keys = [
  {
    id: "key_1",
    name: "Grafana",
    scope: "query",
    prefix: "mst_q7Ab",
    createdBy: "Maren Okafor",
    createdAt: ago(60 * 24 * 20),
    expiresAt: ago(-60 * 24 * 70),
    lastUsedAt: ago(12),
    disabled: false,
  },
  {
    id: "key_2",
    name: "Terraform",
    scope: "manage",
    prefix: "mst_x0Ke",
    createdBy: "Priya Raman",
    createdAt: ago(60 * 24 * 120),
    expiresAt: null,
    lastUsedAt: null,
    disabled: true,
  },
];
const pack = {
  id: "okta_idaas_stig",
  title: "DISA STIG for Okta IDaaS",
  description:
    "What the Defense Information Systems Agency asks of an Okta organisation, as far as Muster's types decide it.",
  version: "V1R2",
  score: 0.74,
  controls: { pass: 14, fail: 5, notEvaluated: 2, notApplicable: 1, notDecided: 7 },
};
const queries = readQueries();
function readQueries() {
  return [
    ["okta_application_user_count", "User count per application"],
    ["okta_inactive_factors", "Inactive user factors"],
    ["okta_inactive_applications", "Applications with inactive status"],
    ["okta_policy_rule_count", "Rule count per policy"],
    ["okta_policies_updated_recently", "Policies updated in the last seven days"],
  ]
    .map(([id, title]) => {
      const text = readFileSync(
        new URL(`../../providers/okta/queries/${id}.toml`, import.meta.url).pathname,
        "utf8",
      );
      return {
        id,
        kind: "managed",
        title,
        description: /description = "(.*)"/.exec(text)?.[1] ?? "",
        sql: /sql = """\n([\s\S]*?)"""/.exec(text)?.[1] ?? "",
        provider: "okta",
        shared: true,
        owner: null,
        mine: false,
        updatedAt: null,
      };
    })
    .concat([
      {
        id: "q1",
        kind: "saved",
        title: "Contractors without MFA",
        description: "",
        sql: "SELECT profile.login, status\nFROM okta_user\nWHERE mfaEnabled = false AND profile.userType = 'contractor'",
        provider: null,
        shared: false,
        owner: "Maren Okafor",
        mine: true,
        updatedAt: ago(900),
      },
    ] as never[]);
}
const session = (cookie: string) => ({
  user: users[cookie.includes("role=user") ? 2 : 0],
  csrfToken: "t",
  version: "0.3.0",
  permissions: cookie.includes("role=user")
    ? ["read", "query"]
    : [
        "read",
        "query",
        "manage_integrations",
        "judge",
        "manage_alerts",
        "manage_users",
        "manage_keys",
        "read_audit",
      ],
});
const userRow = (p: (typeof people)[number], i: number) => ({
  integration: { id: "int_corp", name: "Acme corporate" },
  key: p.id,
  label: p.login,
  recordedAt: ago(60 + i * 13),
  fields: {
    id: p.id,
    status: ["ACTIVE", "ACTIVE", "ACTIVE", "SUSPENDED", "STAGED", "DEPROVISIONED"][i % 6],
    created: ago(60 * 24 * (i + 40)),
    activated: ago(60 * 24 * (i + 39)),
    statusChanged: i % 4 ? ago(60 * 24 * i) : null,
    lastLogin: i % 5 ? ago(i * 90) : null,
    lastUpdated: ago(i * 70),
    passwordChanged: ago(60 * 24 * 90),
    "type.id": "otyBase",
    "profile.login": p.login,
    "profile.email": p.login,
    "profile.firstName": p.f,
    "profile.lastName": p.l,
    "credentials.provider.type": "OKTA",
    "credentials.provider.name": "OKTA",
    mfaEnabled: i % 4 !== 0,
  },
});
const document = (i: number) => {
  const p = people[i] ?? people[0]!;
  return {
    id: p.id,
    status: "ACTIVE",
    created: ago(60 * 24 * 300),
    activated: ago(60 * 24 * 299),
    statusChanged: null,
    lastLogin: ago(60 * 24 * 97),
    profile: {
      firstName: p.f,
      lastName: p.l,
      login: p.login,
      email: p.login,
      department: "Field sales",
      title: "Account executive",
      mobilePhone: null,
      tags: ["emea", "field"],
    },
    credentials: {
      provider: { type: "OKTA", name: "OKTA" },
      emails: [{ value: p.login, status: "VERIFIED", type: "PRIMARY" }],
      password: "[redacted]",
    },
    type: { id: "otyBase" },
    _links: { self: { href: `https://acme.okta.com/api/v1/users/${p.id}` } },
  };
};
const rule = (id: string) => {
  const r = rules.find((x) => x.id === id) ?? rules[0]!;
  return {
    ...r,
    why: "An account that nobody uses is an account that nobody watches. Whoever gets hold of its password has all the time they want, and the person it belonged to will not notice a prompt.\n\nOkta shows the last sign-in of every person; this rule reads it together with the status and the factors.",
    remediation: [
      "Open Directory, then People, and find the person.",
      "Ask the person's manager whether the account is still needed.",
      "If not, choose More actions, then Deactivate. If it is, let them enrol a second factor.",
    ],
    frameworks: [
      { framework: "DISA STIG", control: "V-273188" },
      { framework: "NIST 800-53", control: "AC-2(3)" },
      { framework: "ISO 27001", control: "A.9.2.6" },
      { framework: "SOC 2", control: "CC6.2" },
    ],
    applies: "SELECT id FROM okta_user WHERE status = 'ACTIVE'",
    breaks: "SELECT id FROM okta_user WHERE lastLogin < now() - INTERVAL '35 days'",
    sql: "SELECT u.id, u.profile.login, u.lastLogin, u.mfaEnabled\nFROM okta_user u\nWHERE u.status = 'ACTIVE'\n  AND u.lastLogin < now() - INTERVAL '35 days' -- nobody was here\n  AND u.mfaEnabled = false",
    reads: ["okta_user", "okta_factor"],
    perIntegration: integrations.map((x, n) => ({
      integration: { id: x.id, name: x.name },
      counts: n ? { pass: 0, fail: 0, suppressed: 0, notApplicable: 0, notEvaluated: 210 } : r.counts,
      reason:
        n === 1 ? "okta_factor is still being collected" : n === 2 ? "okta_user is stale since 2 Nov" : null,
    })),
    activity: Array.from({ length: 30 }, (_, d) => ({
      day: ago((29 - d) * 1440).slice(0, 10),
      opened: d % 6 === 0 ? 2 : d % 11 === 3 ? 5 : 0,
      resolved: d % 7 === 2 ? 3 : 0,
    })),
    packs: [{ id: pack.id, title: pack.title }],
  };
};
export function answer(
  method: string,
  url: URL,
  body: Body,
  cookie: string,
  response: ServerResponse,
): Result | undefined {
  const path = url.pathname.slice(4),
    p = url.searchParams,
    parts = path.split("/").slice(1).map(decodeURIComponent);
  const [noun, id, verb] = parts;
  if (path === "/session" && method === "GET")
    return cookie.includes("out=1") ? problem(401, "Not signed in", "sign in to go on") : ok(session(cookie));
  if (path === "/session" && method === "POST")
    return body.password === "wrong"
      ? problem(401, "Not signed in", "the e-mail address or the password is wrong")
      : ok(session(cookie));
  if (path === "/setup")
    return method === "GET" ? ok({ needed: cookie.includes("setup=1") }) : ok(session(cookie));
  if (noun === "invitations")
    return method === "GET" ? ok({ name: "Jonas Weiß", email: "jonas@acme.example" }) : ok(session(cookie));
  if (path === "/query") return query(body, response);
  if (method === "DELETE" || verb === "sync" || path === "/session/password") return ok(null, 204);
  if (path === "/integrations/test")
    return (body.secrets as Body).api_token === "wrong"
      ? problem(
          422,
          "The credentials were not accepted",
          "Okta does not know this token: copy it again, or make a new one under Security, API, Tokens",
        )
      : ok({
          organisation: "Acme Industries",
          unseen: ["okta_feature: features are shown to a Super Administrator only"],
        });
  if (path === "/integrations" && method === "POST")
    return ok({ integration: integrations[1], connection: { organisation: "Acme", unseen: [] } });
  if (noun === "integrations")
    return id
      ? ok({ ...(integrations.find((x) => x.id === id) ?? integrations[0]), types: typeStates })
      : list(integrations);
  if (noun === "providers") return list([provider]);
  if (noun === "types") return list(typeList);
  if (noun === "resources") {
    const t = typeList.find((x) => x.name === p.get("type"));
    const from = Number(p.get("cursor") ?? 0);
    const items = people
      .slice(from, from + 100)
      .map((x, i) => userRow(x, from + i))
      .filter((x) => x.label.includes(p.get("q") ?? ""));
    return ok({
      columns: (t ?? typeList[14]!).columns,
      items,
      next: from + 100 < 500 ? String(from + 100) : null,
      total: 500,
    });
  }
  if (path === "/resource") {
    const i = Math.max(
      0,
      people.findIndex((x) => x.id === p.get("key")),
    );
    const t = typeList.find((x) => x.name === p.get("type")) ?? typeList[14]!;
    return ok({
      ...userRow(people[i]!, i),
      type: t.name,
      title: t.title,
      columns: t.columns,
      document: document(i),
      references: [{ path: "type.id", type: "okta_user_type", key: "otyBase", label: "Default user type" }],
    });
  }
  if (path === "/resource/history")
    return list(changes.slice(0, 7).map((c) => ({ ...c, key: p.get("key") })));
  if (noun === "changes") {
    const before = Number(p.get("before") ?? 1e9);
    const kind = p.get("kind");
    const all = changes.filter((c) => c.sequence < before && (!kind || c.kind === kind));
    const items = all.slice(0, 50);
    return ok({ items, next: all.length > 50 ? String(items[49]!.sequence) : null });
  }
  if (noun === "catalogue")
    return ok({
      tables: typeList
        .flatMap((t) => [
          { name: t.name, kind: "resource", title: t.title, columns: t.columns },
          {
            name: `${t.name}_changes`,
            kind: "changes",
            title: `${t.title} changes`,
            columns: ["type", "resourceId", "recordedAt", "fields", "before", "after"].map((name) => ({
              name,
              type: "string",
              nullable: true,
              description: null,
            })),
          },
        ])
        .concat([{ name: "sync_state", kind: "system", title: "State of every listing", columns: [] }]),
      functions: [
        {
          name: "array_has",
          signature: "array_has(list, element)",
          description: "true when the list holds the element",
        },
        { name: "count", signature: "count(*)", description: "how many rows" },
      ],
      keywords: ["SELECT", "FROM", "WHERE", "GROUP BY", "AT", "VALUE"],
    });
  if (path === "/queries/history")
    return list(
      queries.map((q, i) => ({
        id: `h${i}`,
        at: ago(i * 300 + 5),
        by: "Maren Okafor",
        sql: q.sql,
        rows: i === 2 ? null : i * 31,
        milliseconds: 12 + i * 40,
        error: i === 2 ? "there is no column statuss in okta_application" : null,
      })),
    );
  if (noun === "queries") return method === "GET" ? list(queries) : ok({ ...queries[0], ...body });
  if (noun === "rules") return id ? ok(rule(id)) : list(rules);
  if (noun === "findings") return finding(method, id, verb, p, body);
  if (noun === "packs")
    return id
      ? ok({
          ...pack,
          controlList: rules
            .slice(0, 29)
            .map((r, i) => ({
              id: `V-2731${86 + i}`,
              title: r.title,
              severity: r.severity,
              rules: i % 7 === 6 ? [] : [r],
              verdict:
                i % 7 === 6
                  ? "not_decided"
                  : r.counts.fail
                    ? "fail"
                    : r.counts.notEvaluated
                      ? "not_evaluated"
                      : "pass",
            })),
        })
      : list([pack]);
  if (noun === "channel-kinds") return list(channelKinds);
  if (noun === "channels")
    return verb === "test"
      ? ok(delivery(2))
      : method === "GET"
        ? list(channels)
        : ok({ ...channels[0], ...body });
  if (noun === "alerts") return method === "GET" ? list(alerts) : ok({ ...alerts[0], ...body });
  if (noun === "deliveries")
    return !id
      ? list(Array.from({ length: 14 }, (_, i) => delivery(i)))
      : verb
        ? ok(delivery(3))
        : ok({
            ...delivery(Number(id.slice(4))),
            payload: {
              text: "3 findings opened in Acme corporate",
              blocks: [{ type: "section", text: { type: "mrkdwn", text: "*OKTA-005*" } }],
            },
            attempts: [
              { at: ago(31), outcome: "503 Service Unavailable", milliseconds: 211 },
              { at: ago(30), outcome: "200 OK", milliseconds: 96 },
            ],
          });
  if (noun === "users")
    return verb === "invitation"
      ? ok({ invitation: "https://muster.acme.example/invitation#5ZkT0nq" })
      : method === "GET"
        ? list(users)
        : method === "POST"
          ? ok({ user: users[2], invitation: "https://muster.acme.example/invitation#5ZkT0nq" })
          : ok(users[2]);
  if (noun === "keys")
    return method === "GET"
      ? list(keys)
      : method === "POST"
        ? ok({ key: keys[0], secret: "mst_q7Ab2kQ0mR5Yv0pXH2a8Jt6LwZ9" })
        : ok(keys[0]);
  if (noun === "audit")
    return list(
      [
        "session.begin",
        "integration.create",
        "finding.suppress",
        "user.invite",
        "key.create",
        "alert.update",
      ].map((action, i) => ({
        id: `a${i}`,
        at: ago(i * 77 + 3),
        actor: i % 2 ? "Priya Raman" : "Maren Okafor",
        action,
        target:
          [
            "",
            "Acme preview",
            "OKTA-005 on Admin Console",
            "jonas@acme.example",
            "Grafana",
            "Policies changed",
          ][i] || null,
        detail: i === 2 ? { reason: "Break-glass account" } : null,
        address: "10.2.0.14",
      })),
    );
  if (noun === "overview") {
    const o = findings.filter((f) => f.status === "open");
    return ok({
      integrations: integrations.map((x) => ({
        id: x.id,
        name: x.name,
        provider: x.provider,
        state: x.state,
        resources: x.resources,
        lastRunAt: x.lastRun?.finishedAt ?? null,
      })),
      resources: 12169,
      changesToday: 184,
      findings: Object.fromEntries(
        ["critical", "high", "medium", "low", "info"].map((s) => [
          s,
          o.filter((f) => f.rule.severity === s).length,
        ]),
      ),
      trend: Array.from({ length: 30 }, (_, d) => ({
        day: ago((29 - d) * 1440).slice(0, 10),
        open: Math.round(70 - d * 0.8 + Math.sin(d / 3) * 8),
        opened: Math.floor(random() * 6),
        resolved: Math.floor(random() * 7),
      })),
      packs: [{ id: pack.id, title: pack.title, score: pack.score }],
      types: typeList.map(({ name, title, resources }) => ({ name, title, resources })),
      recentFindings: o.slice(0, 8),
      recentChanges: changes.slice(0, 8),
    });
  }
  return problem(404, "Not found", `there is no ${path}`);
}
function finding(
  method: string,
  id: string | undefined,
  verb: string | undefined,
  p: URLSearchParams,
  body: Body,
): Result {
  if (!id) {
    const status = p.get("status") ?? "open";
    const s = p.getAll("severity");
    const items = findings.filter(
      (f) =>
        (status === "all" || f.status === status) &&
        (!s.length || s.includes(f.rule.severity)) &&
        (!p.get("rule") || f.rule.id === p.get("rule")) &&
        (!p.get("q") || `${f.label}`.includes(p.get("q")!)),
    );
    return list(items.slice(0, 60), items.length);
  }
  const f = findings.find((x) => x.id === id) ?? findings[0]!;
  if (verb === "suppression" && method === "PUT") {
    f.status = "suppressed";
    f.suppression = {
      reason: String(body.reason),
      until: body.until as string,
      by: "Maren Okafor",
      at: ago(0),
    };
    return ok(f);
  }
  if (verb === "comments")
    return ok({ at: ago(0), kind: "comment", by: "Maren Okafor", cause: null, text: body.text });
  return ok({
    ...f,
    rule: rule(f.rule.id),
    steps: [
      {
        at: f.openedAt,
        kind: "opened",
        by: null,
        cause: "lastLogin is more than 35 days ago since the sync of 09:14",
        text: null,
      },
      { at: ago(4000), kind: "assigned", by: "Maren Okafor", cause: null, text: "to Priya Raman" },
      {
        at: ago(3000),
        kind: "comment",
        by: "Priya Raman",
        cause: null,
        text: "Asked her manager. She is on parental leave until March.",
      },
      { at: ago(400), kind: "due", by: "Priya Raman", cause: null, text: "29 November 2026" },
    ],
  });
}
function query(body: Body, response: ServerResponse): Result | undefined {
  const sql = String(body.sql);
  const wrong = /statuss/.exec(sql);
  if (wrong)
    return problem(422, "The query cannot run", "there is no column statuss in okta_user", {
      place: {
        line: sql.slice(0, wrong.index).split("\n").length,
        column: 1,
        offset: wrong.index,
        length: 7,
      },
      help: "did you mean status?",
    });
  response.setHeader("content-type", "application/vnd.muster.answer+ndjson");
  response.write(
    JSON.stringify({
      columns: [
        { name: "login", type: "string" },
        { name: "status", type: "string" },
        { name: "lastLogin", type: "timestamp" },
        { name: "mfaEnabled", type: "boolean" },
        { name: "apps", type: "integer" },
        { name: "groups", type: "list" },
      ],
    }) + "\n",
  );
  let n = 0;
  const timer = setInterval(() => {
    response.write(
      JSON.stringify({
        rows: people
          .slice(n, n + 50)
          .map((x, i) => [
            x.login,
            ["ACTIVE", "STAGED", "SUSPENDED"][i % 3],
            i % 4 ? ago(i * 999) : null,
            i % 2 === 0,
            (i * 7) % 23,
            ["Everyone", "Sales"],
          ]),
      }) + "\n",
    );
    n += 50;
    if (n >= 500) {
      clearInterval(timer);
      response.end(JSON.stringify({ done: { rows: 500, truncated: false, milliseconds: 84 } }) + "\n");
    }
  }, 25);
  response.on("close", () => clearInterval(timer));
  return undefined;
}
progress;
