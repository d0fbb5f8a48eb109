import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "./client";

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ["webhook", id],
    queryFn: () => answer(api.GET("/api/integrations/{id}/webhook", { params: { path: { id } } })),
  });

/** Makes the address that the vendor sends to, or another in its place. It is answered this once. */
export function useMakeWebhook(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: () => answer(api.POST("/api/integrations/{id}/webhook", { params: { path: { id } } })),
    onSuccess: refresh,
  });
}

export function useRemoveWebhook(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: () => answer(api.DELETE("/api/integrations/{id}/webhook", { params: { path: { id } } })),
    onSuccess: refresh,
  });
}

function useRefresh(id: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["webhook", id] });
}
