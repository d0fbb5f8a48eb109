import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { auditEventQuery } from "@/api/auditLogs";
import { Problem } from "@/api/problem";
import type { AuditEvent, Party } from "@/api/types";
import { CodeText } from "@/components/code/CodeText";
import { JsonTree } from "@/components/code/JsonTree";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Segments } from "@/components/form/Segments";
import { Facts, type Fact } from "@/components/layout/Facts";
import { Drawer } from "@/components/overlay/Drawer";
import { Ago, Moment } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";
import { PartyLink } from "../PartyLink";
import type { Condition } from "./eventSearch";
import { OutcomeMark } from "./OutcomeMark";

type View = "fields" | "raw";
const views = [
  { value: "fields" as const, text: "Fields" },
  { value: "raw" as const, text: "Raw JSON" },
];

interface Props {
  id: string;
  at: string;
  /** The event, if it is among those that were loaded. */
  known: AuditEvent | undefined;
  onClose: () => void;
  /** Shows only events of which this holds. */
  onOnly: (condition: Condition, value: string) => void;
}

/** One event as the vendor wrote it. */
export function EventDrawer({ id, at, known, onClose, onOnly }: Props) {
  const asked = useQuery({ ...auditEventQuery(id, at), enabled: known === undefined });
  const event = known ?? asked.data;
  const gone = new Problem({
    title: "Not here",
    status: 404,
    detail: "this event is not kept any more, or its integration was deleted",
  });
  return (
    <Drawer
      onClose={onClose}
      title={event?.activity ?? "Event"}
      description={
        event && (
          <>
            <Moment at={event.time} />
            {" · "}
            <Ago at={event.time} />
          </>
        )
      }
    >
      {event ? (
        <Whole event={event} onOnly={onOnly} />
      ) : asked.isPending ? (
        <LoadingRows rows={8} />
      ) : (
        <ProblemNotice error={asked.error ?? gone} />
      )}
    </Drawer>
  );
}

function Whole({ event, onOnly }: { event: AuditEvent; onOnly: Props["onOnly"] }) {
  const [view, setView] = useState<View>("fields");
  const only = (condition: Condition, value: string | null, what: string) =>
    value !== null && (
      <button
        type="button"
        onClick={() => onOnly(condition, value)}
        className="rounded-sm text-xs text-faint underline-offset-3 hover:text-ink hover:underline max-md:min-h-7"
      >
        {`Only this ${what}`}
      </button>
    );
  const row = (name: string, value: ReactNode, extra?: ReactNode): Fact => ({
    name,
    value: (
      <span className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="min-w-0 break-words">{value}</span>
        {extra}
      </span>
    ),
  });
  const party = (name: string, value: Party, condition: "actor" | "target"): Fact[] =>
    value.id === null && value.name === null
      ? []
      : [
          row(
            name,
            <>
              <PartyLink integration={event.integration.id} party={value} />
              {value.kind !== null && <span className="text-muted">{` · ${value.kind}`}</span>}
            </>,
            only(condition, value.id ?? value.name, condition),
          ),
        ];
  const facts: Fact[] = [
    row("Activity", event.activity, only("activity", event.activity, "activity")),
    ...(event.outcome === null
      ? []
      : [row("Outcome", <OutcomeMark outcome={event.outcome} />, only("outcome", event.outcome, "outcome"))]),
    ...party("Actor", event.actor, "actor"),
    ...party("Target", event.target, "target"),
    ...(event.ip === null ? [] : [row("IP", <code>{event.ip}</code>)]),
    ...(event.location === null ? [] : [row("Location", event.location)]),
    row(
      "Log",
      <>
        <Link to="/integrations/$id" params={{ id: event.integration.id }} className="link">
          {event.integration.name}
        </Link>{" "}
        <TypeName name={event.log} />
      </>,
    ),
    row("Read by Muster", <Moment at={event.receivedAt} />),
  ];
  return (
    <div className="space-y-5">
      <Facts wide facts={facts} />
      <section aria-labelledby="whole-event">
        <header className="mb-2 flex flex-wrap items-center justify-between gap-2">
          <h3 id="whole-event" className="font-semibold">
            The whole event
          </h3>
          <Segments label="Show the event as" choices={views} value={view} onChange={setView} />
        </header>
        {view === "raw" ? (
          <CodeText tall label="the event" text={JSON.stringify(event.event, null, 2)} />
        ) : (
          Object.entries(event.event).map(([name, value]) => (
            <JsonTree key={name} name={name} value={value} depth={1} />
          ))
        )}
      </section>
    </div>
  );
}
