import type { Change } from "@/api/types";
import { Minus, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../action/Button";
import { classes } from "../classes";
import { Value } from "../text/Value";
import { compareLists, difference, type FieldChange } from "./compare";

const atFirst = 8;

/** A change field by field: what it was, what it became. */
export function Difference({ change }: { change: Pick<Change, "before" | "after" | "fields"> }) {
  const [all, setAll] = useState(false);
  const fields = difference(change.before, change.after, change.fields);
  if (fields.length === 0) return <p className="text-sm text-muted">The document held no fields.</p>;
  const shown = all ? fields : fields.slice(0, atFirst);
  return (
    <div className="overflow-hidden rounded-md border border-line text-sm">
      <dl className="divide-y divide-line">
        {shown.map((field) => (
          <div key={field.path} className="grid md:grid-cols-[minmax(10rem,1fr)_3fr]">
            <dt className="bg-sunken px-3 py-1.5 font-mono text-xs leading-5 break-all text-muted">
              {field.path}
            </dt>
            <dd className="min-w-0">
              <Sides field={field} />
            </dd>
          </div>
        ))}
      </dl>
      {fields.length > atFirst && (
        <div className="border-t border-line bg-sunken px-2 py-1">
          <Button look="quiet" onClick={() => setAll(!all)}>
            {all ? "Show fewer fields" : `Show all ${fields.length} fields`}
          </Button>
        </div>
      )}
    </div>
  );
}

function Sides({ field }: { field: FieldChange }) {
  if (Array.isArray(field.before) && Array.isArray(field.after)) {
    const lists = compareLists(field.before, field.after);
    return (
      <>
        {lists.gone.map((value, index) => (
          <Side key={`gone-${index}`} kind="gone" value={value} />
        ))}
        {lists.come.map((value, index) => (
          <Side key={`come-${index}`} kind="come" value={value} />
        ))}
        {lists.kept.length > 0 && (
          <div className="px-3 py-1.5 text-muted">{`${lists.kept.length} unchanged`}</div>
        )}
      </>
    );
  }
  return (
    <>
      {field.before !== undefined && <Side kind="gone" value={field.before} />}
      {field.after !== undefined && <Side kind="come" value={field.after} />}
    </>
  );
}

function Side({ kind, value }: { kind: "gone" | "come"; value: unknown }) {
  const gone = kind === "gone";
  const Icon = gone ? Minus : Plus;
  const Element = gone ? "del" : "ins";
  return (
    <Element
      className={classes(
        "flex gap-2 px-3 py-1.5 no-underline",
        gone ? "bg-critical-soft/70" : "bg-good-soft/70",
      )}
    >
      <Icon
        aria-hidden
        className={classes("mt-0.75 size-3.5 shrink-0", gone ? "text-critical" : "text-good")}
      />
      <span className="sr-only">{gone ? "was" : "became"}</span>
      <span className="min-w-0 break-words">
        {value === "" ? <span className="text-muted">empty</span> : <Value value={value} />}
      </span>
    </Element>
  );
}
