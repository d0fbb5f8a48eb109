import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { IntegrationPatch, NewIntegration, Provider } from "./types";

export const providersQuery = queryOptions({
  queryKey: ["providers"],
  queryFn: async (): Promise<Provider[]> => (await answer(api.GET("/api/providers"))).items,
  staleTime: Infinity,
});

export const integrationsQuery = queryOptions({
  queryKey: ["integrations"],
  queryFn: async () => (await answer(api.GET("/api/integrations"))).items,
});

export const integrationQuery = (id: string) =>
  queryOptions({
    queryKey: ["integrations", id],
    queryFn: () => answer(api.GET("/api/integrations/{id}", { params: { path: { id } } })),
  });

/** Tries credentials without saving anything. */
export function useTryCredentials() {
  return useMutation({
    mutationFn: (body: {
      provider: string;
      settings: Record<string, string>;
      secrets: Record<string, string>;
      allowInsecureEndpoints?: boolean;
    }) => answer(api.POST("/api/integrations/test", { body })),
  });
}

export function useAddIntegration() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: NewIntegration) => answer(api.POST("/api/integrations", { body })),
    onSuccess: refresh,
  });
}

export function useChangeIntegration(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: IntegrationPatch) =>
      answer(api.PATCH("/api/integrations/{id}", { params: { path: { id } }, body })),
    onSuccess: refresh,
  });
}

export function useDeleteIntegration(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (confirm: string) =>
      answer(api.DELETE("/api/integrations/{id}", { params: { path: { id } }, body: { confirm } })),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ["integrations", id] });
      void queries.invalidateQueries();
    },
  });
}

export function useSync(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ full = false, acceptRemovals = [] }: { full?: boolean; acceptRemovals?: string[] }) =>
      answer(
        api.POST("/api/integrations/{id}/sync", { params: { path: { id } }, body: { full, acceptRemovals } }),
      ),
    onSuccess: refresh,
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["integrations"] }),
      queries.invalidateQueries({ queryKey: ["overview"] }),
    ]);
}
