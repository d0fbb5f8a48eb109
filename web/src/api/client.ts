import createClient, { type Middleware } from "openapi-fetch";
import { problemOf } from "./problem";
import type { paths } from "./schema";
import type { Answered } from "./types";

let csrfToken = "";

/** The token of the session, sent with every request that changes something. */
export function keepToken(token: string) {
  csrfToken = token;
}

export function csrfHeaders(): Record<string, string> {
  return { "x-csrf-token": csrfToken };
}

const safeMethods = ["GET", "HEAD"];
const protection: Middleware = {
  onRequest({ request }) {
    if (!safeMethods.includes(request.method)) request.headers.set("x-csrf-token", csrfToken);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin });
api.use(protection);

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The answer's data; a refusal is thrown as a problem. */
export async function answer<Data>(outcome: Promise<Outcome<Data>>): Promise<Answered<Data>> {
  const { data, error, response } = await outcome;
  if (!response.ok) throw problemOf(error, response.status);
  return data as Answered<Data>;
}
