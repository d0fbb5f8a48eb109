import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";

/** Which events. Where there is no end it is now. */
export interface EventFilter {
  from: string;
  to?: string;
  integration?: string;
  activity?: string;
  action?: string;
  outcome?: string;
  actor?: string;
  target?: string;
  q?: string;
}

export type Grouping = "activity" | "integration" | "action" | "actor" | "outcome";

export const auditLogsQuery = queryOptions({
  queryKey: ["audit-logs"],
  queryFn: async () => (await answer(api.GET("/api/audit-logs"))).items,
});

// What was asked for stays as it is until the person wants what is new: rows do not move under their eyes.
export const auditEventsQuery = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit-events", filter],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/audit-events", {
          params: { query: { ...filter, cursor: pageParam, limit: pageParam === undefined ? 100 : 500 } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });

const histogram = (filter: EventFilter, by: Grouping) =>
  answer(api.GET("/api/audit-events/histogram", { params: { query: { ...filter, by } } }));

export const histogramQuery = (filter: EventFilter, by: Grouping) =>
  queryOptions({
    queryKey: ["audit-histogram", filter, by],
    queryFn: () => histogram(filter, by),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });

/** How many events there are by now. Asked only when the server says that there are new ones. */
export const currentTotalQuery = (filter: EventFilter) =>
  queryOptions({
    queryKey: ["audit-current", filter],
    queryFn: async (): Promise<number | null> => (await histogram(filter, "outcome")).total,
    initialData: null,
    staleTime: Infinity,
  });

/** What is most frequent among the events, to be offered. */
export const frequentQuery = (filter: EventFilter, by: Grouping) =>
  queryOptions({
    queryKey: ["audit-frequent", filter, by],
    queryFn: async () =>
      (await histogram(filter, by)).series.flatMap((series) => (series.name === null ? [] : [series.name])),
    staleTime: 60_000,
  });

/** One event by the vendor's id for it and the moment at which it happened. */
export const auditEventQuery = (id: string, at: string) =>
  queryOptions({
    queryKey: ["audit-event", id, at],
    queryFn: async () => {
      const from = new Date(at);
      const to = new Date(from.getTime() + 1);
      const query = { id, from: from.toISOString(), to: to.toISOString() };
      return (await answer(api.GET("/api/audit-events", { params: { query } }))).items[0] ?? null;
    },
    staleTime: Infinity,
  });
