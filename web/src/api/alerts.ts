import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { ChannelPatch, NewAlert, NewChannel } from "./types";

export const channelKindsQuery = queryOptions({
  queryKey: ["channel-kinds"],
  queryFn: async () => (await answer(api.GET("/api/channel-kinds"))).items,
  staleTime: Infinity,
});

export const channelsQuery = queryOptions({
  queryKey: ["channels"],
  queryFn: async () => (await answer(api.GET("/api/channels"))).items,
});

export const alertsQuery = queryOptions({
  queryKey: ["alerts"],
  queryFn: async () => (await answer(api.GET("/api/alerts"))).items,
});

export interface DeliveryFilter {
  channel?: string;
  alert?: string;
  status?: string;
}

export const deliveriesQuery = (filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ["deliveries", filter],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/deliveries", { params: { query: { ...filter, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ["delivery", id],
    queryFn: () => answer(api.GET("/api/deliveries/{id}", { params: { path: { id } } })),
  });

export function useSaveChannel(id: string | null) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ kind, ...patch }: NewChannel) =>
      id === null
        ? answer(api.POST("/api/channels", { body: { kind, ...patch } }))
        : answer(api.PATCH("/api/channels/{id}", { params: { path: { id } }, body: patch })),
    onSuccess: refresh,
  });
}

export function useChangeChannel(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: ChannelPatch) =>
      answer(api.PATCH("/api/channels/{id}", { params: { path: { id } }, body })),
    onSuccess: refresh,
  });
}

export function useDeleteChannel() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE("/api/channels/{id}", { params: { path: { id } } })),
    onSuccess: refresh,
  });
}

export function useTestChannel(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => answer(api.POST("/api/channels/{id}/test", { params: { path: { id } } })),
    onSettled: refresh,
  });
}

export function useSaveAlert(id: string | null) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: NewAlert) =>
      id === null
        ? answer(api.POST("/api/alerts", { body }))
        : answer(api.PATCH("/api/alerts/{id}", { params: { path: { id } }, body })),
    onSuccess: refresh,
  });
}

export function useEnableAlert(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (enabled: boolean) =>
      answer(api.PATCH("/api/alerts/{id}", { params: { path: { id } }, body: { enabled } })),
    onSuccess: refresh,
  });
}

export function useDeleteAlert() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE("/api/alerts/{id}", { params: { path: { id } } })),
    onSuccess: refresh,
  });
}

export function useRetryDelivery(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => answer(api.POST("/api/deliveries/{id}/retry", { params: { path: { id } } })),
    onSuccess: refresh,
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [["alerts"], ["channels"], ["deliveries"], ["delivery"]].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
}
