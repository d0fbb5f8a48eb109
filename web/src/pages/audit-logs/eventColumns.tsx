import { Link } from "@tanstack/react-router";
import type { AuditEvent, Party } from "@/api/types";
import type { GridColumn } from "@/components/table/GridTable";
import { Stamp } from "@/components/text/Time";
import { OutcomeMark } from "./OutcomeMark";

const none = <span className="text-faint">–</span>;
const nameOf = (party: Party) => party.name ?? party.id ?? none;

/** What is told of each event on its line; the activity opens it. */
export const eventColumns: GridColumn<AuditEvent>[] = [
  { id: "Time", width: 148, cell: (event) => <Stamp at={event.time} /> },
  {
    id: "Activity",
    width: 236,
    cell: (event) => (
      <Link
        data-row
        to="."
        search={(search) => ({ ...search, event: event.id, at: event.time })}
        resetScroll={false}
        title={event.activity}
        className="font-medium -outline-offset-2 hover:underline"
      >
        {event.activity}
      </Link>
    ),
  },
  { id: "Actor", width: 184, cell: (event) => nameOf(event.actor) },
  { id: "Target", width: 164, cell: (event) => nameOf(event.target) },
  {
    id: "Outcome",
    width: 112,
    cell: (event) => (event.outcome === null ? none : <OutcomeMark outcome={event.outcome} />),
  },
  { id: "Integration", width: 136, cell: (event) => event.integration.name },
  { id: "IP", width: 124, mono: true, cell: (event) => event.ip ?? none },
  { id: "Location", width: 170, cell: (event) => event.location ?? none },
];
