import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { auditLogsQuery, currentTotalQuery, histogramQuery } from "@/api/auditLogs";
import { integrationsQuery } from "@/api/integrations";
import { Bone, LoadingPage } from "@/components/feedback/Loading";
import { PageProblem } from "@/components/feedback/PageProblem";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Awaited } from "@/components/feedback/Awaited";
import { Chips, type Chip } from "@/components/form/Chips";
import { SearchInput } from "@/components/form/SearchInput";
import { Segments } from "@/components/form/Segments";
import { Select } from "@/components/form/Select";
import { FilterBar } from "@/components/layout/FilterBar";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { betweenText } from "@/components/text/moments";
import { counted } from "@/components/text/numbers";
import { IntegrationFilter } from "../IntegrationFilter";
import { AddEventFilter } from "./EventFilters";
import { EventHistogram } from "./EventHistogram";
import { EventList } from "./EventList";
import { LogStates } from "./LogStates";
import { NoLogs } from "./NoLogs";
import { useAsked } from "./useAsked";
import {
  conditions,
  conditionText,
  filterOf,
  groupingOf,
  groupings,
  narrowed,
  spanOf,
  spans,
  type EventSearch,
} from "./eventSearch";

const route = getRouteApi("/inside/audit-logs");

export default function AuditLogsPage() {
  const logs = useQuery(auditLogsQuery);
  if (logs.isPending) return <LoadingPage />;
  if (logs.isError) return <PageProblem error={logs.error} />;
  return (
    <>
      <PageHeader
        title="Audit logs"
        description="What the vendors' own logs tell: who did what, to what, from where. Events are never changed."
      />
      {logs.data.length === 0 ? (
        <NoLogs />
      ) : (
        <div className="space-y-4">
          <Events />
          <LogStates logs={logs.data} />
        </div>
      )}
    </>
  );
}

/** The events that the address asks for. */
function Events() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: logs = [] } = useQuery(auditLogsQuery);
  const { data: integrations = [] } = useQuery(integrationsQuery);
  const [asked, ask] = useAsked(search);
  const known = logs.filter(
    (log) => search.integration === undefined || log.integration.id === search.integration,
  );
  const since = known.flatMap((log) => (log.since === null ? [] : [Date.parse(log.since)]));
  const filter = filterOf(search, asked, since.length === 0 ? null : Math.min(...since));
  const by = groupingOf(search);
  const histogram = useQuery(histogramQuery(filter, by));
  const { data: current } = useQuery(currentTotalQuery(filter));
  const total = histogram.data?.total ?? 0;
  const fresh = current === null || histogram.isPlaceholderData ? 0 : Math.max(0, current - total);

  const change = (part: EventSearch, replace = false) => {
    const next = { ...search, event: undefined, at: undefined, ...part };
    ask(next);
    void navigate({ search: next, replace });
  };
  const pick = (name: string) => {
    if (by !== "integration") change({ [by]: name });
    else change({ integration: integrations.find((one) => one.name === name)?.id });
  };
  const gaps = known.flatMap((log) =>
    log.gaps.map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to), of: log.integration.name })),
  );
  const span = narrowed(search);
  const chips: Chip[] = [
    ...(span === null
      ? []
      : [
          {
            key: "span",
            text: betweenText(Date.parse(span.from), Date.parse(span.to)),
            onRemove: () => change({ from: undefined, to: undefined }),
          },
        ]),
    ...conditions.flatMap((condition): Chip[] => {
      const value = search[condition];
      if (value === undefined) return [];
      const verb = condition === "actor" || condition === "target" ? "contains" : "is";
      return [
        {
          key: condition,
          text: `${conditionText[condition]} ${verb} ${value}`,
          onRemove: () => change({ [condition]: undefined }),
        },
      ];
    }),
  ];
  return (
    <div>
      <FilterBar label="Filter the events">
        <SearchInput
          label="Search in events"
          value={search.q ?? ""}
          onChange={(q) => change({ q: q || undefined }, true)}
          className="w-64 max-sm:w-full"
        />
        <IntegrationFilter
          among={logs.map((log) => log.integration.id)}
          value={search.integration}
          onChange={(integration) => change({ integration })}
        />
        <AddEventFilter filter={filter} onAdd={(condition, value) => change({ [condition]: value })} />
        <div className="ml-auto max-sm:ml-0">
          <Segments
            label="Span"
            choices={spans}
            value={span === null ? spanOf(search) : null}
            onChange={(next) => change({ span: next, from: undefined, to: undefined })}
          />
        </div>
      </FilterBar>
      <Chips label="Filters" chips={chips} />
      <div className="space-y-4">
        <Panel
          title="Events over time"
          note={
            histogram.data &&
            `${counted(total, "event")} ${
              span ? "in the span" : (spans.find((one) => one.value === spanOf(search))?.said ?? "")
            }`
          }
          actions={
            <Select
              small
              aria-label="Group by"
              value={by}
              onChange={(event) => change({ by: event.target.value })}
              choices={groupings.map(({ value, text }) => ({ value, text: `by ${text.toLowerCase()}` }))}
            />
          }
        >
          {histogram.isError && <ProblemNotice error={histogram.error} />}
          {histogram.data ? (
            <Awaited by={histogram.isPlaceholderData}>
              <EventHistogram
                histogram={histogram.data}
                gaps={gaps}
                onNarrow={(from, to) => change({ from, to })}
                onPick={pick}
              />
            </Awaited>
          ) : (
            <div role="status" className="pb-7">
              <span className="sr-only">Loading</span>
              <Bone className="h-40 w-full rounded-md" />
            </div>
          )}
        </Panel>
        <EventList
          search={search}
          filter={filter}
          total={total}
          fresh={fresh}
          several={known.length > 1}
          unread={known.every((log) => log.since === null)}
          onFresh={() => ask(search)}
          onChange={change}
          onClose={() =>
            void navigate({
              search: { ...search, event: undefined, at: undefined },
              resetScroll: false,
              replace: true,
            })
          }
        />
      </div>
    </div>
  );
}
