import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { NewCustomType } from "./types";

export const customTypesQuery = queryOptions({
  queryKey: ["custom-types"],
  queryFn: async () => (await answer(api.GET("/api/custom-types"))).items,
});

export const customTypeQuery = (name: string) =>
  queryOptions({
    queryKey: ["custom-types", name],
    queryFn: () => answer(api.GET("/api/custom-types/{name}", { params: { path: { name } } })),
  });

/** Saves a type: a new one, or what is told of the one that has the name. */
export function useSaveType(name: string | null) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: NewCustomType) =>
      name === null
        ? answer(api.POST("/api/custom-types", { body }))
        : answer(api.PUT("/api/custom-types/{name}", { params: { path: { name } }, body })),
    onSuccess: refresh,
  });
}

export function useDeleteType(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (confirm: string) =>
      answer(api.DELETE("/api/custom-types/{name}", { params: { path: { name }, query: { confirm } } })),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ["custom-types", name] });
      void queries.invalidateQueries();
    },
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [["custom-types"], ["types"], ["integrations"], ["catalogue"]].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
}
