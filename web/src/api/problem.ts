import type { components } from "./schema";

type Body = components["schemas"]["Problem"];

/** What the server said when it refused, in its own words. */
export class Problem extends Error {
  readonly status: number;
  readonly detail: string;
  readonly fields: Record<string, string>;
  readonly place: Body["place"];
  readonly help: string | undefined;
  /** What is wrong with a document that was sent, each with its place as a JSON pointer. */
  readonly mistakes: { pointer: string; message: string }[];

  constructor(body: Pick<Body, "title" | "status" | "detail"> & Partial<Body>) {
    super(body.title);
    this.name = "Problem";
    this.status = body.status;
    this.detail = body.detail;
    this.fields = Object.fromEntries((body.errors ?? []).map((error) => [error.field, error.message]));
    this.place = body.place ?? undefined;
    this.help = body.help ?? undefined;
    this.mistakes = body.mistakes ?? [];
  }
}

/** Makes a problem of whatever an unsuccessful answer held. */
export function problemOf(body: unknown, status: number): Problem {
  if (isBody(body)) return new Problem(body);
  const detail =
    status >= 502 && status <= 504
      ? "The server did not answer. Is `muster serve` running?"
      : `The server answered ${status} without saying why.`;
  return new Problem({ title: "Something went wrong", status, detail });
}

function isBody(body: unknown): body is Body {
  return typeof body === "object" && body !== null && "title" in body && "status" in body && "detail" in body;
}

/** One sentence for a person, with a capital and a full stop. */
export function words(error: unknown): string {
  if (error instanceof Problem) return sentence(error.detail || error.message);
  if (error instanceof TypeError)
    return "The server cannot be reached. Check that it is running, then try again.";
  return error instanceof Error ? sentence(error.message) : "Something went wrong.";
}

export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return trimmed;
  // A name such as okta_user keeps its spelling.
  const first = /^[a-z]+[_(]/.test(trimmed) ? trimmed : trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
