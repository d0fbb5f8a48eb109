import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Change } from "@/api/types";
import { ChangeBadge, ChangeMark, changeName } from "@/components/badge/states";
import { Difference } from "@/components/change/Difference";
import { classes } from "@/components/classes";
import { Ago } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";
import { DoneBy } from "../DoneBy";

/** One change on a line; opened, field by field. */
export function ChangeRow({ change }: { change: Change }) {
  const [open, setOpen] = useState(false);
  const said = change.kind === "modified" ? change.fields.join(", ") : "";
  return (
    <li>
      <div className="relative flex items-center gap-3 px-4 py-2 hover:bg-hover/60">
        <button
          type="button"
          data-row
          aria-expanded={open}
          aria-label={`${change.kind} ${change.label}: ${open ? "hide" : "show"} the fields`}
          onClick={() => setOpen(!open)}
          className="-ml-1 inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-faint after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          <ChevronRight aria-hidden className={classes("size-4 transition-transform", open && "rotate-90")} />
        </button>
        <span className="w-24 shrink-0 max-sm:hidden">
          <ChangeBadge kind={change.kind} />
        </span>
        <span className="min-w-0 flex-1">
          <Link
            to="/resources/$type/$integration"
            params={{ type: change.resourceType, integration: change.integration.id }}
            search={{ key: change.key, view: "history" }}
            className="relative z-10 inline-block align-bottom leading-6 font-medium hover:underline"
          >
            {change.label}
          </Link>
          <span className="block truncate text-sm text-muted max-sm:whitespace-normal">
            <span className="mr-1.5 inline-flex items-center gap-1 sm:hidden">
              <ChangeMark kind={change.kind} />
              {changeName(change.kind)}
            </span>
            <TypeName name={change.resourceType} />
            <DoneBy change={change} />
            {said && ` · ${said}`}
          </span>
        </span>
        <span className="shrink-0 text-right text-xs text-muted">
          <span className="block">
            <Ago at={change.recordedAt} />
          </span>
          <span className="block max-w-56 truncate max-md:hidden">{change.integration.name}</span>
        </span>
      </div>
      {open && (
        <div className="px-4 pt-1 pb-4 md:pl-12">
          <Difference change={change} />
        </div>
      )}
    </li>
  );
}
