import { useInfiniteQuery } from "@tanstack/react-query";
import { FileClock } from "lucide-react";
import { historyQuery, type ResourcePlace } from "@/api/resources";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { PageProblem } from "@/components/feedback/PageProblem";
import { Panel } from "@/components/layout/Panel";
import { More } from "@/components/table/More";
import { TimelineEntry } from "./TimelineEntry";

/** Every change Muster saw of this resource, the newest first. */
export function HistoryView({ place }: { place: ResourcePlace }) {
  const history = useInfiniteQuery(historyQuery(place));
  if (history.isPending) {
    return (
      <Panel flush>
        <LoadingRows />
      </Panel>
    );
  }
  if (history.isError && history.data === undefined) return <PageProblem error={history.error} />;
  const changes = history.data.pages.flatMap((page) => page.items);
  return (
    <Panel title="History">
      {changes.length === 0 ? (
        <EmptyState icon={FileClock} title="No changes are kept">
          It was there when Muster first looked, and nothing has changed since.
        </EmptyState>
      ) : (
        <ol className="relative ml-1.5 border-l border-line">
          {changes.map((change) => (
            <TimelineEntry key={change.sequence} change={change} />
          ))}
        </ol>
      )}
      <More query={history} />
    </Panel>
  );
}
