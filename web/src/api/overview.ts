import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: () => answer(api.GET("/api/overview")),
});
