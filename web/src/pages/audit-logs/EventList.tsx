import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowUp, Hourglass, SearchX } from "lucide-react";
import { useCallback, useMemo } from "react";
import { auditEventsQuery, type EventFilter } from "@/api/auditLogs";
import { Button } from "@/components/action/Button";
import { Awaited } from "@/components/feedback/Awaited";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { GridTable } from "@/components/table/GridTable";
import { counted } from "@/components/text/numbers";
import { EventDrawer } from "./EventDrawer";
import { eventColumns } from "./eventColumns";
import { isNarrowed, spanOf, type EventSearch } from "./eventSearch";

interface Props {
  search: EventSearch;
  filter: EventFilter;
  total: number;
  /** How many more there are by now. */
  fresh: number;
  /** Events of several logs are among them. */
  several: boolean;
  /** No log was read yet. */
  unread: boolean;
  onFresh: () => void;
  onChange: (part: EventSearch) => void;
  onClose: () => void;
}

const noneHidden: string[] = [];
/** Where there is one log only, its name on every line would say nothing. */
const soleHidden = ["Integration"];

/** The events, the newest first. What is new waits until it is asked for. */
export function EventList(props: Props) {
  const { search, filter, total, fresh, several, unread, onFresh, onChange, onClose } = props;
  const events = useInfiniteQuery(auditEventsQuery(filter));
  const items = useMemo(() => events.data?.pages.flatMap((page) => page.items) ?? [], [events.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = events;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <div className="relative">
      {events.isError && <ProblemNotice error={events.error} />}
      <div role="status" className="pointer-events-none absolute inset-x-0 top-1 z-20 flex justify-center">
        {fresh > 0 && (
          <Button
            look="primary"
            icon={ArrowUp}
            onClick={onFresh}
            className="pointer-events-auto h-7 rounded-full shadow-pop"
          >
            {counted(fresh, "new event")}
          </Button>
        )}
      </div>
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        {events.isPending ? (
          <LoadingRows rows={10} />
        ) : items.length === 0 ? (
          <Nothing search={search} unread={unread} onChange={onChange} />
        ) : (
          <Awaited by={events.isPlaceholderData}>
            <GridTable
              label="Events"
              columns={eventColumns}
              hidden={several ? noneHidden : soleHidden}
              items={items}
              rowKey={(event) => `${event.integration.id}/${event.log}/${event.id}`}
              total={total}
              onEnd={onEnd}
              loading={isFetchingNextPage}
              className="max-h-[70dvh]"
            />
          </Awaited>
        )}
      </div>
      {search.event !== undefined && search.at !== undefined && (
        <EventDrawer
          key={search.event}
          id={search.event}
          at={search.at}
          known={items.find((event) => event.id === search.event)}
          onClose={onClose}
          onOnly={(condition, value) => onChange({ [condition]: value })}
        />
      )}
    </div>
  );
}

function Nothing({ search, unread, onChange }: Pick<Props, "search" | "unread" | "onChange">) {
  if (unread) {
    return (
      <EmptyState icon={Hourglass} title="The log was not read yet">
        The first time it is read back to where the vendor forgets, the oldest first. Events appear here while
        that goes on.
      </EmptyState>
    );
  }
  const clear = {
    ...{ q: undefined, integration: undefined, from: undefined, to: undefined },
    ...{ activity: undefined, action: undefined, outcome: undefined, actor: undefined, target: undefined },
  };
  return (
    <EmptyState
      icon={SearchX}
      title={isNarrowed(search) ? "No event fits" : "Nothing happened in this span"}
      action={
        <>
          {isNarrowed(search) && <Button onClick={() => onChange(clear)}>Take away all filters</Button>}
          {spanOf(search) !== "all" && (
            <Button onClick={() => onChange({ span: "all", from: undefined, to: undefined })}>
              Look in all that was read
            </Button>
          )}
        </>
      }
    />
  );
}
