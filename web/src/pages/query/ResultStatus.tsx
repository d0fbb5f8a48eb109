import { LoaderCircle } from "lucide-react";
import { count, counted, milliseconds } from "@/components/text/numbers";
import type { Run } from "./useRun";

/** How far the query is, said aloud when it ends. */
export function ResultStatus({ run }: { run: Run }) {
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-muted tabular-nums">
      {run.state === "running" && (
        <>
          <LoaderCircle aria-hidden className="size-4 animate-turn" />
          Running
          <span aria-hidden>{run.rows.length > 0 && ` · ${count(run.rows.length)} rows`}</span>
        </>
      )}
      {run.state === "done" && run.end && (
        <>
          <span className="font-medium text-ink">{counted(run.end.rows, "row")}</span>
          {`in ${milliseconds(run.end.milliseconds)}`}
        </>
      )}
      {run.state === "cancelled" && "Cancelled"}
      {run.state === "failed" && "Failed"}
      {run.state === "idle" && "Result"}
    </p>
  );
}
