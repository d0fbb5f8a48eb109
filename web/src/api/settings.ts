import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { ApiKey, Role } from "./types";

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: async () => (await answer(api.GET("/api/users"))).items,
});

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: async () => (await answer(api.GET("/api/keys"))).items,
});

export const auditQuery = (actor?: string) =>
  infiniteQueryOptions({
    queryKey: ["audit", actor ?? ""],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/audit", { params: { query: { actor, cursor: pageParam, limit: 50 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export function useInvite() {
  const refresh = useRefresh("users");
  return useMutation({
    mutationFn: (body: { name: string; email: string; role: Role }) =>
      answer(api.POST("/api/users", { body })),
    onSuccess: refresh,
  });
}

export function useInviteAgain() {
  return useMutation({
    mutationFn: (id: string) => answer(api.POST("/api/users/{id}/invitation", { params: { path: { id } } })),
  });
}

export function useChangeUser() {
  const refresh = useRefresh("users");
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; name?: string; role?: Role; disabled?: boolean }) =>
      answer(api.PATCH("/api/users/{id}", { params: { path: { id } }, body })),
    onSuccess: refresh,
  });
}

export function useDeleteUser() {
  const refresh = useRefresh("users");
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE("/api/users/{id}", { params: { path: { id } } })),
    onSuccess: refresh,
  });
}

export function useMakeKey() {
  const refresh = useRefresh("keys");
  return useMutation({
    mutationFn: (body: {
      name: string;
      scope: ApiKey["scope"];
      expiresAt: string | null;
      resourceType?: string | null;
    }) => answer(api.POST("/api/keys", { body })),
    onSuccess: refresh,
  });
}

export function useChangeKey() {
  const refresh = useRefresh("keys");
  return useMutation({
    mutationFn: ({ id, disabled }: { id: string; disabled: boolean }) =>
      answer(api.PATCH("/api/keys/{id}", { params: { path: { id } }, body: { disabled } })),
    onSuccess: refresh,
  });
}

export function useDeleteKey() {
  const refresh = useRefresh("keys");
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE("/api/keys/{id}", { params: { path: { id } } })),
    onSuccess: refresh,
  });
}

function useRefresh(noun: "users" | "keys") {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: [noun] });
}
