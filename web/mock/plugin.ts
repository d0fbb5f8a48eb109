import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { answer } from "./answers";
import { stream } from "./stream";

/** A development tool: answers `/api` from memory when no server is named in MUSTER_URL. */
export function mock(): Plugin {
  const handle = (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/api")) { next(); return; }
    if (url.pathname === "/api/events") { stream(response); return; }
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const value = body ? (JSON.parse(body) as Record<string, unknown>) : {};
      const result = answer(request.method ?? "GET", url, value, request.headers.cookie ?? "", response);
      if (result === undefined) return;
      setTimeout(() => {
        response.statusCode = result.status;
        response.setHeader(
          "content-type",
          result.status >= 400 ? "application/problem+json" : "application/json",
        );
        response.end(result.body === null ? "" : JSON.stringify(result.body));
      }, 60);
    });
  };
  return {
    name: "muster-mock",
    configureServer: (server) => void server.middlewares.use(handle),
    configurePreviewServer: (server) => void server.middlewares.use(handle),
  };
}
