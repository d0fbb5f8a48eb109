import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "@/api/problem";

function onError(error: unknown) {
  // A session that ended: the sign-in leads back to where one was.
  const open = ["/sign-in", "/setup", "/invitation"].includes(window.location.pathname);
  if (error instanceof Problem && error.status === 401 && !open) {
    const next = window.location.pathname + window.location.search;
    window.location.assign(`/sign-in?next=${encodeURIComponent(next)}`);
  }
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache(),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status < 500),
    },
  },
});
