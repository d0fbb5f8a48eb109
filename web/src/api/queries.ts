import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { NewQuery } from "./types";

export const catalogueQuery = queryOptions({
  queryKey: ["catalogue"],
  queryFn: () => answer(api.GET("/api/catalogue")),
  staleTime: 5 * 60_000,
});

export const queriesQuery = queryOptions({
  queryKey: ["queries"],
  queryFn: async () => (await answer(api.GET("/api/queries"))).items,
});

export const queryHistoryQuery = (everyone: boolean) =>
  infiniteQueryOptions({
    queryKey: ["query-history", everyone],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/queries/history", { params: { query: { everyone, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export function useSaveQuery(id: string | null) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewQuery) =>
      id === null
        ? answer(api.POST("/api/queries", { body }))
        : answer(api.PUT("/api/queries/{id}", { params: { path: { id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["queries"] }),
  });
}

export function useDeleteQuery() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE("/api/queries/{id}", { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["queries"] }),
  });
}
