import { useSyncExternalStore } from "react";

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const dayMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

const stamp = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

// One clock for all of them, so that a page of times turns over together. It goes on while none is shown.
let now = Date.now();
window.setInterval(() => {
  now = Date.now();
  listeners.forEach((tell) => tell());
}, 15_000);
const listeners = new Set<() => void>();
function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function said(at: Date, from: number): string {
  const distance = at.getTime() - from;
  const size = Math.abs(distance);
  // The clock may be a tick behind, so what seems to lie a little ahead has just been.
  if (size < 45_000) return distance <= 16_000 ? "just now" : "in a moment";
  if (size < hour) return relative.format(Math.round(distance / minute), "minute");
  if (size < day) return relative.format(Math.round(distance / hour), "hour");
  if (size < 7 * day) return relative.format(Math.round(distance / day), "day");
  return (at.getFullYear() === new Date(from).getFullYear() ? dayMonth : dayMonthYear).format(at);
}

/** How long ago, and on hovering when exactly. */
export function Ago({ at, none = "never" }: { at: string | null | undefined; none?: string }) {
  const current = useSyncExternalStore(subscribe, () => now);
  if (!at) return <span className="text-faint">{none}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={whole.format(date)} className="whitespace-nowrap">
      {said(date, current)}
    </time>
  );
}

export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap tabular-nums">
      {whole.format(new Date(at))}
    </time>
  );
}

/** To the second, the year left out while it is this one: for a column of them. */
export function Stamp({ at }: { at: string }) {
  const current = useSyncExternalStore(subscribe, () => now);
  const date = new Date(at);
  const near = date.getFullYear() === new Date(current).getFullYear();
  return (
    <time dateTime={at} title={whole.format(date)} className="whitespace-nowrap tabular-nums">
      {(near ? stamp : whole).format(date)}
    </time>
  );
}

export function Day({ at }: { at: string }) {
  return (
    <time dateTime={at} title={whole.format(new Date(at))} className="whitespace-nowrap">
      {dayMonthYear.format(new Date(at))}
    </time>
  );
}
