import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { BookmarkPlus, Play, Square } from "lucide-react";
import { useMemo, useState } from "react";
import { sentence, Problem } from "@/api/problem";
import { catalogueQuery, queriesQuery } from "@/api/queries";
import { Button } from "@/components/action/Button";
import { PageHeader } from "@/components/layout/PageHeader";
import { Kbd } from "@/shell/Kbd";
import { Editor } from "./Editor";
import { keepDraft, keptDraft } from "./keptDraft";
import { Library } from "./Library";
import type { Mistake } from "./mistake";
import { Results } from "./Results";
import { SaveDialog } from "./SaveDialog";
import { useRun } from "./useRun";
import { Variables } from "./Variables";
import { variableNames, variableValues } from "./variableNames";

const route = getRouteApi("/inside/query");

export default function QueryPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: saved } = useSuspenseQuery(queriesQuery);
  const { data: catalogue } = useQuery(catalogueQuery);
  const opened = saved.find((query) => query.id === search.id);
  const given = search.sql ?? opened?.sql.trim();
  const [known, setKnown] = useState(given);
  const [sql, setSql] = useState(given ?? keptDraft());
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [saving, setSaving] = useState(false);
  const { run, start, cancel } = useRun();
  if (given !== known) {
    setKnown(given);
    if (given !== undefined) setSql(given);
  }
  const running = run.state === "running";
  const ask = () => {
    if (sql.trim() !== "") void start({ sql, variables: variableValues(sql, typed) });
  };
  const write = (next: string) => {
    setSql(next);
    keepDraft(next);
  };
  const take = (next: string, id?: string) => {
    write(next.trim());
    void navigate({ search: id === undefined ? {} : { id }, replace: true });
  };
  const mistake = useMemo(() => mistakeOf(run.error, run.question?.sql, sql), [run.error, run.question, sql]);
  return (
    <div className="flex flex-col md:h-[calc(100dvh-5.5rem)]">
      <PageHeader
        title={opened?.title ?? "Query"}
        description={
          opened?.description ??
          "SQL over everything: what is now, what changed, and any moment since Muster began to look."
        }
      />
      <div className="grid min-h-0 flex-1 grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <div className="flex min-h-0 min-w-0 flex-col gap-3">
          <div className="h-52 shrink-0">
            <Editor
              sql={sql}
              catalogue={catalogue}
              mistake={mistake}
              onChange={write}
              onRun={ask}
              onCancel={cancel}
            />
          </div>
          <Variables names={variableNames(sql)} values={typed} onChange={setTyped} />
          <div className="flex flex-wrap items-center gap-2">
            {running ? (
              <Button look="primary" icon={Square} onClick={cancel}>
                Cancel
              </Button>
            ) : (
              <Button look="primary" icon={Play} disabled={sql.trim() === ""} onClick={ask}>
                Run
              </Button>
            )}
            <Button icon={BookmarkPlus} disabled={sql.trim() === ""} onClick={() => setSaving(true)}>
              Save
            </Button>
            <span className="ml-1 flex items-center gap-1 text-xs text-muted max-md:hidden">
              <Kbd>Ctrl</Kbd>
              <Kbd>Enter</Kbd> runs
            </span>
          </div>
          <Results run={run} />
        </div>
        <Library saved={saved} catalogue={catalogue} onTake={take} />
      </div>
      {saving && (
        <SaveDialog
          sql={sql}
          opened={opened?.mine ? opened : null}
          onSaved={(id) => void navigate({ search: { id }, replace: true })}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}

/** What is wrong and where, as long as the text is still the one that was run. */
function mistakeOf(error: unknown, asked: string | undefined, sql: string): Mistake | null {
  if (!(error instanceof Problem) || !error.place || asked !== sql) return null;
  const { offset, length } = error.place;
  return { message: sentence(error.detail), help: error.help && sentence(error.help), offset, length };
}
