import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";

export interface ResourceFilter {
  type: string;
  integration?: string;
  q?: string;
  filter?: string[];
  sort?: string;
}

export interface ResourcePlace {
  type: string;
  integration: string;
  key: string;
}

export interface ChangeFilter {
  type?: string;
  integration?: string;
  kind?: string;
  field?: string;
}

export const typesQuery = (integration?: string) =>
  queryOptions({
    queryKey: ["types", integration ?? "all"],
    queryFn: async () => (await answer(api.GET("/api/types", { params: { query: { integration } } }))).items,
    placeholderData: keepPreviousData,
  });

export const resourcesQuery = (filter: ResourceFilter) =>
  infiniteQueryOptions({
    queryKey: ["resources", filter],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/resources", {
          // Little at first, to be there at once; whoever reads on has a long way before them.
          params: { query: { ...filter, cursor: pageParam, limit: pageParam === undefined ? 100 : 500 } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const resourceQuery = (place: ResourcePlace) =>
  queryOptions({
    queryKey: ["resource", place],
    queryFn: () => answer(api.GET("/api/resource", { params: { query: place } })),
  });

export const historyQuery = (place: ResourcePlace) =>
  infiniteQueryOptions({
    queryKey: ["history", place],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/resource/history", { params: { query: { ...place, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const changesQuery = (filter: ChangeFilter) =>
  infiniteQueryOptions({
    queryKey: ["changes", filter],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/changes", { params: { query: { ...filter, cursor: pageParam, limit: 50 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
