import { Check, X } from "lucide-react";
import { Moment } from "./Time";

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** A value of a field as a cell shows it: one line, told apart by more than its letters. */
export function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className="text-faint">–</span>;
  if (typeof value === "boolean") {
    const Icon = value ? Check : X;
    return (
      <span className="inline-flex items-center gap-1">
        <Icon aria-hidden className={value ? "size-3.5 text-good" : "size-3.5 text-faint"} />
        {value ? "true" : "false"}
      </span>
    );
  }
  if (typeof value === "string") return moment.test(value) ? <Moment at={value} /> : <>{value}</>;
  if (typeof value === "number" || typeof value === "bigint")
    return <span className="tabular-nums">{value.toString()}</span>;
  return <code className="text-muted">{JSON.stringify(value)}</code>;
}
