import type { EventFilter, Grouping } from "@/api/auditLogs";

export type Span = "1h" | "24h" | "7d" | "30d" | "all";

export const spans: { value: Span; text: string; said: string }[] = [
  { value: "1h", text: "1 h", said: "in the last hour" },
  { value: "24h", text: "24 h", said: "in the last 24 hours" },
  { value: "7d", text: "7 d", said: "in the last 7 days" },
  { value: "30d", text: "30 d", said: "in the last 30 days" },
  { value: "all", text: "All", said: "in all that was read" },
];

const hour = 3_600_000;
const lengths: Record<Exclude<Span, "all">, number> = {
  "1h": hour,
  "24h": 24 * hour,
  "7d": 7 * 24 * hour,
  "30d": 30 * 24 * hour,
};
/** How far back is looked for all where no log was read yet. */
const vendorsMemory = 90 * 24 * hour;

export const groupings: { value: Grouping; text: string }[] = [
  { value: "activity", text: "Activity" },
  { value: "integration", text: "Integration" },
  { value: "action", text: "Action" },
  { value: "actor", text: "Actor" },
  { value: "outcome", text: "Outcome" },
];

export const conditions = ["activity", "action", "outcome", "actor", "target"] as const;
export type Condition = (typeof conditions)[number];
export const conditionText: Record<Condition, string> = {
  activity: "Activity",
  action: "Action",
  outcome: "Outcome",
  actor: "Actor",
  target: "Target",
};

/** What stands in the address of the page. */
export type EventSearch = Partial<
  Record<"span" | "from" | "to" | "by" | "q" | "integration" | "event" | "at" | Condition, string>
>;

export const spanOf = (search: EventSearch): Span =>
  spans.find((span) => span.value === search.span)?.value ?? "24h";

export const groupingOf = (search: EventSearch): Grouping =>
  groupings.find((grouping) => grouping.value === search.by)?.value ?? "activity";

const isMoment = (text: string | undefined): text is string =>
  text !== undefined && !Number.isNaN(Date.parse(text));

/** A span of its own, narrowed from one of the usual ones. */
export function narrowed(search: EventSearch): { from: string; to: string } | null {
  const { from, to } = search;
  return isMoment(from) && isMoment(to) && from < to ? { from, to } : null;
}

/**
 * Which events the address asks for.
 *
 * A span that ends now is counted from the moment at which it was asked for; all of it from where the oldest log begins.
 */
export function filterOf(search: EventSearch, asked: number, oldest: number | null): EventFilter {
  const { q, integration, activity, action, outcome, actor, target } = search;
  const span = spanOf(search);
  const from = span === "all" ? (oldest ?? asked - vendorsMemory) : asked - lengths[span];
  const window = narrowed(search) ?? { from: new Date(from).toISOString() };
  return { ...window, q, integration, activity, action, outcome, actor, target };
}

export const isNarrowed = (search: EventSearch): boolean =>
  narrowed(search) !== null ||
  search.q !== undefined ||
  search.integration !== undefined ||
  conditions.some((condition) => search[condition] !== undefined);
