import { Play, TableProperties, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import { EmptyState } from "@/components/feedback/EmptyState";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Segments } from "@/components/form/Segments";
import { CodeText } from "@/components/code/CodeText";
import { GridTable, type GridColumn } from "@/components/table/GridTable";
import { Value } from "@/components/text/Value";
import { ExportMenu } from "./ExportMenu";
import { ResultStatus } from "./ResultStatus";
import type { Run } from "./useRun";

const mostAsText = 1000;
type View = "table" | "json";
const views = [
  { value: "table" as const, text: "Table" },
  { value: "json" as const, text: "JSON" },
];

/** The answer, as it arrives. */
export function Results({ run }: { run: Run }) {
  const [view, setView] = useState<View>("table");
  const columns = useMemo(() => run.columns.map((column, index) => gridColumn(column, index)), [run.columns]);
  const text = useMemo(() => (view === "json" ? asText(run) : ""), [view, run]);
  return (
    <section
      aria-label="Result"
      className="flex min-h-72 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-surface"
    >
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5">
        <ResultStatus run={run} />
        <div className="flex items-center gap-2">
          <Segments label="Show the answer as" choices={views} value={view} onChange={setView} />
          <ExportMenu question={run.state === "done" ? run.question : null} />
        </div>
      </header>
      {run.end?.truncated && (
        <p className="flex items-center gap-2 border-b border-line bg-medium-soft px-4 py-1.5 text-sm">
          <TriangleAlert aria-hidden className="size-4 text-medium" />
          There are more rows than are shown. Add a LIMIT, a WHERE, or export the answer.
        </p>
      )}
      {run.state === "failed" ? (
        <div className="p-4">
          <ProblemNotice error={run.error} title="The query did not run" />
        </div>
      ) : run.state === "idle" ? (
        <EmptyState icon={Play} title="Nothing was asked yet">
          Run the query with Ctrl+Enter, or choose one from the library.
        </EmptyState>
      ) : run.rows.length === 0 && run.state === "done" ? (
        <EmptyState icon={TableProperties} title="No rows">
          The query ran; nothing fits.
        </EmptyState>
      ) : view === "json" ? (
        <div className="thin-scroll min-h-0 flex-1 overflow-y-auto p-3">
          {run.rows.length > mostAsText && (
            <p className="mb-2 text-sm text-muted">{`The first ${mostAsText} rows. Export the answer to have them all.`}</p>
          )}
          <CodeText tall label="the rows" text={text} />
        </div>
      ) : (
        <GridTable
          label="Rows of the answer"
          columns={columns}
          items={run.rows}
          rowKey={(_, index) => String(index)}
          className="flex-1 max-md:max-h-[70dvh]"
        />
      )}
    </section>
  );
}

function gridColumn({ name, type }: Run["columns"][number], index: number): GridColumn<unknown[]> {
  const numeric = /int|float|double|decimal|number/i.test(type);
  return {
    id: name,
    width: /timestamp/i.test(type) ? 190 : numeric ? 120 : 210,
    numeric,
    cell: (row) => <Value value={row[index]} />,
  };
}

function asText(run: Run): string {
  const objects = run.rows
    .slice(0, mostAsText)
    .map((row) => Object.fromEntries(run.columns.map((column, index) => [column.name, row[index]])));
  return JSON.stringify(objects, null, 2);
}
