import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { answer, api } from "./client";

export interface FindingFilter {
  status?: string;
  severity?: string;
  rule?: string;
  integration?: string;
  type?: string;
  key?: string;
  assignee?: string;
  q?: string;
  sort?: string;
}

export const findingsQuery = (filter: FindingFilter) =>
  infiniteQueryOptions({
    queryKey: ["findings", filter],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/findings", { params: { query: { ...filter, cursor: pageParam, limit: 60 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const findingQuery = (id: string) =>
  queryOptions({
    queryKey: ["finding", id],
    queryFn: () => answer(api.GET("/api/findings/{id}", { params: { path: { id } } })),
  });

export const rulesQuery = queryOptions({
  queryKey: ["rules"],
  queryFn: async () => (await answer(api.GET("/api/rules"))).items,
});

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", id],
    queryFn: () => answer(api.GET("/api/rules/{id}", { params: { path: { id } } })),
  });

export const packsQuery = queryOptions({
  queryKey: ["packs"],
  queryFn: async () => (await answer(api.GET("/api/packs"))).items,
});

export const packQuery = (id: string) =>
  queryOptions({
    queryKey: ["packs", id],
    queryFn: () => answer(api.GET("/api/packs/{id}", { params: { path: { id } } })),
  });

export function useChangeFinding(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (body: { assignee?: string | null; dueAt?: string | null }) =>
      answer(api.PATCH("/api/findings/{id}", { params: { path: { id } }, body })),
    onSuccess: refresh,
  });
}

export function useComment(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (text: string) =>
      answer(api.POST("/api/findings/{id}/comments", { params: { path: { id } }, body: { text } })),
    onSuccess: refresh,
  });
}

export function useSuppress(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (body: { reason: string; until: string | null }) =>
      answer(api.PUT("/api/findings/{id}/suppression", { params: { path: { id } }, body })),
    onSuccess: refresh,
  });
}

export function useUnsuppress(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (reason: string) =>
      answer(api.DELETE("/api/findings/{id}/suppression", { params: { path: { id } }, body: { reason } })),
    onSuccess: refresh,
  });
}

function useRefresh(id: string) {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [["finding", id], ["findings"], ["rules"], ["packs"], ["overview"]].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
}
