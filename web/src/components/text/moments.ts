const dayMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayMonthUtc = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const clockSeconds = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

const day = 86_400;

/** The beginning of a bar of so many seconds, as short as tells it from the one beside it. */
export function barText(at: number, seconds: number): string {
  // Bars of days begin at midnight UTC, so their days are those of UTC.
  if (seconds >= day) return dayMonthUtc.format(at);
  return (seconds < 60 ? clockSeconds : clock).format(at);
}

/** Two moments, with as much of the second as differs. */
export function betweenText(from: number, to: number): string {
  const format = to - from < 2 * 60_000 ? clockSeconds : clock;
  const said = (at: number) => `${dayMonth.format(at)}, ${format.format(at)}`;
  const sameDay = dayMonth.format(from) === dayMonth.format(to);
  return `${said(from)} – ${sameDay ? format.format(to) : said(to)}`;
}
