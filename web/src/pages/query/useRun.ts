import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { streamAnswer, type AnswerColumn, type AnswerEnd, type Question } from "@/api/answer";

export interface Run {
  state: "idle" | "running" | "done" | "failed" | "cancelled";
  question: Question | null;
  columns: AnswerColumn[];
  rows: unknown[][];
  end: AnswerEnd | null;
  error: unknown;
}

const idle: Run = { state: "idle", question: null, columns: [], rows: [], end: null, error: null };

/** One query at a time: a new one takes the place of the one that runs. */
export function useRun() {
  const [run, setRun] = useState<Run>(idle);
  const control = useRef<AbortController>(null);
  const queries = useQueryClient();

  const cancel = useCallback(() => control.current?.abort(), []);
  const start = useCallback(
    async (question: Question) => {
      control.current?.abort();
      const own = new AbortController();
      control.current = own;
      const mine = (change: (run: Run) => Run) => {
        if (control.current === own) setRun(change);
      };
      const rows = collect((ready) => mine((current) => ({ ...current, rows: ready })));
      setRun({ ...idle, state: "running", question });
      try {
        const end = await streamAnswer(question, own.signal, {
          columns: (columns) => mine((current) => ({ ...current, columns })),
          rows: rows.add,
        });
        const all = rows.stop();
        mine((current) => ({ ...current, state: "done", rows: all, end }));
      } catch (error) {
        const all = rows.stop();
        mine((current) => ({
          ...current,
          rows: all,
          ...(own.signal.aborted ? { state: "cancelled" } : { state: "failed", error }),
        }));
      }
      void queries.invalidateQueries({ queryKey: ["query-history"] });
    },
    [queries],
  );
  useEffect(() => cancel, [cancel]);
  return { run, start, cancel };
}

/** Rows come in many small pieces; the page is drawn once a frame at most. */
function collect(show: (rows: unknown[][]) => void) {
  let all: unknown[][] = [];
  let frame = 0;
  return {
    add: (rows: unknown[][]) => {
      all = all.concat(rows);
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        show(all);
      });
    },
    stop: () => {
      cancelAnimationFrame(frame);
      return all;
    },
  };
}
