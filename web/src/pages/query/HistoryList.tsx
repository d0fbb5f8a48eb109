import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX } from "lucide-react";
import { useState } from "react";
import { queryHistoryQuery } from "@/api/queries";
import { useMay } from "@/api/session";
import type { QueryRun } from "@/api/types";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Check } from "@/components/form/Check";
import { More } from "@/components/table/More";
import { counted, milliseconds } from "@/components/text/numbers";
import { Ago } from "@/components/text/Time";

export function HistoryList({ onTake }: { onTake: (sql: string) => void }) {
  const mayAll = useMay("read_audit");
  const [everyone, setEveryone] = useState(false);
  const history = useInfiniteQuery(queryHistoryQuery(everyone));
  const runs = history.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div>
      {mayAll && (
        <div className="px-2 pb-2">
          <Check checked={everyone} onChange={setEveryone}>
            <span className="text-sm">Everybody’s</span>
          </Check>
        </div>
      )}
      {history.isPending && <LoadingRows rows={4} />}
      {history.isError && <ProblemNotice error={history.error} />}
      {history.isSuccess && runs.length === 0 && (
        <p className="px-2 py-4 text-sm text-muted">Queries you run are listed here.</p>
      )}
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <button
              type="button"
              onClick={() => onTake(run.sql)}
              className="w-full rounded-md px-2 py-1.5 text-left -outline-offset-2 hover:bg-hover"
            >
              <code className="line-clamp-2 text-xs break-words">{run.sql.trim()}</code>
              <Outcome run={run} everyone={everyone} />
            </button>
          </li>
        ))}
      </ul>
      <More query={history} />
    </div>
  );
}

function Outcome({ run, everyone }: { run: QueryRun; everyone: boolean }) {
  const failed = run.error !== null;
  const Icon = failed ? CircleX : CircleCheck;
  return (
    <span className="mt-0.5 flex items-center gap-1 text-xs text-muted">
      <Icon
        aria-hidden
        className={failed ? "size-3.5 shrink-0 text-critical" : "size-3.5 shrink-0 text-good"}
      />
      <span className="truncate">
        {failed ? "failed" : `${counted(run.rows ?? 0, "row")} in ${milliseconds(run.milliseconds)}`}
        {" · "}
        <Ago at={run.at} />
        {everyone && ` · ${run.by}`}
      </span>
    </span>
  );
}
