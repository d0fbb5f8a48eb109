import { csrfHeaders } from "./client";
import { Problem, problemOf } from "./problem";

export interface AnswerColumn {
  name: string;
  type: string;
}

export interface AnswerEnd {
  rows: number;
  truncated: boolean;
  milliseconds: number;
}

export interface AnswerReader {
  columns: (columns: AnswerColumn[]) => void;
  rows: (rows: unknown[][]) => void;
}

type Line =
  | { columns: AnswerColumn[] }
  | { rows: unknown[][] }
  | { done: AnswerEnd }
  | { error: ConstructorParameters<typeof Problem>[0] };

export type ExportFormat = "csv" | "json" | "ndjson";

const mediaTypes: Record<ExportFormat, string> = {
  csv: "text/csv",
  json: "application/json",
  ndjson: "application/x-ndjson",
};

/** What is asked: SQL, and values for the names in it that begin with a dollar sign. */
export interface Question {
  sql: string;
  variables: Record<string, unknown>;
}

async function send(question: Question, accept: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch("/api/query", {
    method: "POST",
    headers: { "content-type": "application/json", accept, ...csrfHeaders() },
    body: JSON.stringify(question),
    signal: signal ?? null,
  });
  if (!response.ok) throw problemOf(await response.json().catch(() => null), response.status);
  return response;
}

/** Runs SQL and hands over columns and rows as they arrive. Aborting the signal cancels the query on the server. */
export async function streamAnswer(
  question: Question,
  signal: AbortSignal,
  reader: AnswerReader,
): Promise<AnswerEnd> {
  const response = await send(question, "application/vnd.muster.answer+ndjson", signal);
  if (response.body === null) throw new Error("the answer had no body");
  let end: AnswerEnd | undefined;
  let rest = "";
  const lines = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await lines.read();
    rest += value ?? "";
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      if (part === "") continue;
      const line = JSON.parse(part) as Line;
      if ("columns" in line) reader.columns(line.columns);
      else if ("rows" in line) reader.rows(line.rows);
      else if ("error" in line) throw new Problem(line.error);
      else end = line.done;
    }
    if (done) break;
  }
  if (end === undefined) throw new Error("the answer broke off: run the query again");
  return end;
}

/** The whole answer as a file. */
export async function exportAnswer(question: Question, format: ExportFormat): Promise<Blob> {
  const response = await send(question, mediaTypes[format]);
  return response.blob();
}
