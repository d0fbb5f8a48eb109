import types from "./types.json";
import ruleList from "./rules.json";

let seed = 7;
export const random = () => ((seed = (seed * 16807) % 2147483647) - 1) / 2147483646;
export const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const ago = (minutes: number) => new Date(Date.now() - minutes * 60000).toISOString();
const first = [
  "Elif",
  "Ana",
  "Jing",
  "Irina",
  "Lucas",
  "Maya",
  "Tomás",
  "Şule",
  "Grace",
  "Yusuf",
  "Noor",
  "Wei",
  "Léa",
  "Oskar",
  "Ingrid",
  "Kofi",
];
const last = [
  "Gallo",
  "Popescu",
  "Suzuki",
  "Navarro",
  "Öztürk",
  "Brandt",
  "Ferreira",
  "Yılmaz",
  "Okafor",
  "Demir",
  "Haddad",
  "Zhang",
  "Moreau",
  "Lind",
  "Holm",
  "Mensah",
];
export const people = Array.from({ length: 500 }, (_, i) => {
  const f = pick(first),
    l = pick(last);
  return {
    id: `00u${(1e9 + i * 7919).toString(36)}Qx${i}`,
    f,
    l,
    login: `${f}.${l}${i > 90 ? i : ""}@acme.example`
      .toLowerCase()
      .normalize("NFD")
      .replace(/[^a-z0-9.@]/g, ""),
  };
});
export const integrations = [
  {
    id: "int_corp",
    provider: "okta",
    name: "Acme corporate",
    description: "Everybody's sign-in. Owned by IT.",
    tags: ["production", "soc2"],
    settings: { domain: "acme.okta.com" },
    enabled: true,
    intervalSeconds: 900,
    createdAt: ago(60 * 24 * 90),
    organisation: "Acme Industries",
    state: "complete",
    reason: null,
    resources: 8220,
    requests: 585,
    lastRun: {
      startedAt: ago(9),
      finishedAt: ago(8),
      complete: true,
      requests: 61,
      added: 2,
      modified: 14,
      removed: 1,
    },
    nextRunAt: ago(-7),
    progress: null,
  },
  {
    id: "int_lab",
    provider: "okta",
    name: "Acme preview",
    description: "",
    tags: ["staging"],
    settings: { domain: "acme.oktapreview.com" },
    enabled: true,
    intervalSeconds: 3600,
    createdAt: ago(3),
    organisation: "Acme Preview",
    state: "running",
    reason: null,
    resources: 1840,
    requests: 212,
    lastRun: null,
    nextRunAt: null,
    progress: null as unknown,
  },
  {
    id: "int_old",
    provider: "okta",
    name: "Northwind (acquired)",
    description: "Until the migration is done.",
    tags: ["acquisition"],
    settings: { domain: "northwind.okta.com" },
    enabled: true,
    intervalSeconds: 86400,
    createdAt: ago(60 * 24 * 400),
    organisation: "Northwind",
    state: "failing",
    reason: "the API token is not accepted any more: make a new one in Okta and enter it here",
    resources: 2109,
    requests: 1,
    lastRun: {
      startedAt: ago(300),
      finishedAt: ago(300),
      complete: false,
      requests: 1,
      added: 0,
      modified: 0,
      removed: 0,
    },
    nextRunAt: ago(-12),
    progress: null,
  },
];
export const typeList = types.map((t, i) => ({
  ...t,
  provider: "okta",
  resources: [18, 42, 2440, 2, 1157, 24, 59, 4045, 11, 1, 14, 33, 29, 20, 501, 3][i] ?? 9,
  integrations: [{ id: "int_corp", resources: 20 }],
}));
export const progress = (round: number) =>
  typeList.map((t, i) => ({
    type: t.name,
    seen: i < 6 ? t.resources : Math.min(t.resources, Math.max(0, round * 12 - i * 20)),
    changes: i < 6 ? t.resources : Math.max(0, round * 12 - i * 20),
    parents: t.name.includes("member") || t.name.includes("factor") ? 501 : null,
    parentsDone: t.name.includes("member") || t.name.includes("factor") ? Math.min(501, round * 6) : null,
    requests: round + i,
    status: i === 5 ? "not_permitted" : i < 6 ? "complete" : null,
  }));
(integrations[1] as { progress: unknown }).progress = progress(3);
export const typeStates = typeList.map((t, i) => ({
  type: t.name,
  title: t.title,
  status: i === 5 ? "not_permitted" : i === 11 ? "not_available" : i === 13 ? "incomplete" : "complete",
  reason:
    i === 5
      ? "features are shown to a Super Administrator only"
      : i === 11
        ? "access policies need the Okta Identity Engine"
        : i === 13
          ? "okta_profile_mapping: the connection was closed on page 2; the next sync goes on from there"
          : null,
  resources: i === 5 || i === 11 ? 0 : t.resources,
  stale: i === 13,
  completeSince: i === 5 || i === 11 ? null : ago(60 * 24 * 9),
  lastComplete: i === 5 || i === 11 ? null : ago(8),
  parents: null,
  parentsDone: null,
}));
export const rules = ruleList.map((r, i) => {
  const fail = [0, 3, 0, 1, 12, 0, 2, 0, 1, 5, 0][i % 11] ?? 0;
  const none = i % 13 === 12;
  return {
    ...r,
    severity: i === 4 ? "critical" : r.severity,
    provider: "okta",
    judges:
      ["okta_user", "okta_policy", "okta_application", "okta_policy_rule", "okta_organization"][i % 5] ?? "",
    tags: [["mfa"], ["session"], ["password"], ["lifecycle", "access"]][i % 4] ?? [],
    counts: {
      pass: none ? 0 : (i * 37) % 480,
      fail: none ? 0 : fail,
      suppressed: i % 9 === 4 ? 2 : 0,
      notApplicable: i % 5,
      notEvaluated: none ? 24 : 0,
    },
    reason: none ? "okta_feature is not permitted for these credentials" : null,
    evaluatedAt: ago(8),
  };
});
export const findings = rules.flatMap((r, i) =>
  Array.from({ length: r.counts.fail + r.counts.suppressed }, (_, n) => {
    const p = people[(i * 31 + n * 17) % people.length]!;
    const suppressed = n >= r.counts.fail;
    return {
      id: `fnd_${i}_${n}`,
      rule: { id: r.id, title: r.title, severity: r.severity },
      integration: { id: "int_corp", name: "Acme corporate" },
      resourceType: r.judges,
      key: p.id,
      label:
        r.judges === "okta_user"
          ? p.login
          : ["Default Policy", "Salesforce", "Contractors", "Legacy VPN", "Admin Console"][(i + n) % 5],
      status: suppressed ? "suppressed" : n === 4 ? "resolved" : "open",
      openedAt: ago(60 * (3 + i * 11 + n * 5)),
      changedAt: ago(60 * (1 + i)),
      evidence: {
        status: "ACTIVE",
        lastLogin: ago(60 * 24 * 97),
        mfaEnabled: false,
        "profile.login": p.login,
      },
      assignee: n % 3 === 0 ? { id: "usr_2", name: "Priya Raman" } : null,
      dueAt: n % 3 === 0 ? ago(-60 * 24 * 6) : null,
      suppression: suppressed
        ? {
            reason: "Break-glass account, kept in the safe; reviewed each quarter.",
            until: ago(-60 * 24 * 80),
            by: "Priya Raman",
            at: ago(60 * 24 * 4),
          }
        : null,
    };
  }),
);
const kinds = ["modified", "modified", "added", "modified", "removed"] as const;
export const changes = Array.from({ length: 220 }, (_, i) => {
  const p = people[(i * 13) % people.length]!;
  const kind = kinds[i % 5]!;
  const t = ["okta_user", "okta_group_member", "okta_factor", "okta_application_user", "okta_group_rule"][
    i % 5
  ]!;
  const before = {
    id: p.id,
    status: "ACTIVE",
    profile: { firstName: p.f, lastName: p.l, login: p.login, department: "Sales", tags: ["emea", "field"] },
  };
  const after = {
    id: p.id,
    status: i % 2 ? "ACTIVE" : "SUSPENDED",
    profile: {
      ...before.profile,
      department: i % 2 ? "Field sales" : "Sales",
      title: "Account executive",
      tags: ["emea"],
    },
  };
  return {
    sequence: 90000 - i * 3,
    resourceType: t,
    integration: { id: "int_corp", name: "Acme corporate" },
    key: p.id,
    label: t === "okta_group_rule" ? "Contractors to VPN" : p.login,
    kind,
    recordedAt: ago(4 + i * 23),
    actor: i % 3 ? null : "svc-hr-sync@acme.example",
    eventType: i % 3 ? null : "user.account.update_profile",
    fields:
      kind === "modified"
        ? i % 2
          ? ["profile.department", "profile.title", "profile.tags"]
          : ["status", "profile.title", "profile.tags"]
        : [],
    before: kind === "added" ? null : before,
    after: kind === "removed" ? null : after,
  };
});
export const users = [
  {
    id: "usr_1",
    name: "Maren Okafor",
    email: "maren@acme.example",
    role: "owner",
    disabled: false,
    invited: false,
    createdAt: ago(60 * 24 * 90),
    lastSeenAt: ago(1),
  },
  {
    id: "usr_2",
    name: "Priya Raman",
    email: "priya@acme.example",
    role: "admin",
    disabled: false,
    invited: false,
    createdAt: ago(60 * 24 * 80),
    lastSeenAt: ago(200),
  },
  {
    id: "usr_3",
    name: "Jonas Weiß",
    email: "jonas@acme.example",
    role: "user",
    disabled: false,
    invited: true,
    createdAt: ago(60 * 24 * 2),
    lastSeenAt: null,
  },
  {
    id: "usr_4",
    name: "Former Contractor",
    email: "contractor@acme.example",
    role: "user",
    disabled: true,
    invited: false,
    createdAt: ago(60 * 24 * 200),
    lastSeenAt: ago(60 * 24 * 60),
  },
];
export { ago };
