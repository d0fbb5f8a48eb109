import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { answer, api, keepToken } from "./client";
import { Problem } from "./problem";
import type { Permission, Session } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await answer(api.GET("/api/session"));
      keepToken(session.csrfToken);
      return session;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Infinity,
  retry: false,
});

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: () => answer(api.GET("/api/setup")),
  retry: false,
});

/** The session of a page behind the sign-in, where there always is one. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error("this page is shown to those who are signed in");
  return data;
}

/** Whether the person may do something; what they may not is not shown. */
export function useMay(permission: Permission): boolean {
  return useSession().permissions.includes(permission);
}

export function useSignIn() {
  const begin = useBegin();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => answer(api.POST("/api/session", { body })),
    onSuccess: begin,
  });
}

export function useSetup() {
  const begin = useBegin();
  return useMutation({
    mutationFn: (body: { token: string; name: string; email: string; password: string }) =>
      answer(api.POST("/api/setup", { body })),
    onSuccess: begin,
  });
}

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation", token],
    queryFn: () => answer(api.GET("/api/invitations/{token}", { params: { path: { token } } })),
    retry: false,
  });

export function useAcceptInvitation(token: string) {
  const begin = useBegin();
  return useMutation({
    mutationFn: (password: string) =>
      answer(api.POST("/api/invitations/{token}", { params: { path: { token } }, body: { password } })),
    onSuccess: begin,
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.DELETE("/api/session")),
    onSuccess: () => {
      queries.clear();
      window.location.assign("/sign-in");
    },
  });
}

export function useChangePassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { current: string; password: string }) =>
      answer(api.PUT("/api/session/password", { body })),
    // All sessions end with the old password; this page goes on with a new one.
    onSuccess: (session) => {
      keepToken(session.csrfToken);
      queries.setQueryData(sessionQuery.queryKey, session);
    },
  });
}

function useBegin() {
  const queries = useQueryClient();
  return (session: Session) => {
    keepToken(session.csrfToken);
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, session);
  };
}
