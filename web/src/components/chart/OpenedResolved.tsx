import { lazy, Suspense, useCallback } from "react";
import { overDays, type ChartOption, type Palette } from "./option";
import { DayTable } from "./DayTable";
import { counted } from "../text/numbers";

const Chart = lazy(() => import("./Chart"));

interface Props {
  days: { day: string; opened: number; resolved: number }[];
}

/** Findings that came and went, day by day. */
export function OpenedResolved({ days }: Props) {
  const option = useCallback(
    (palette: Palette): ChartOption => ({
      ...overDays(
        palette,
        days.map((day) => day.day),
      ),
      series: [
        {
          name: "Opened",
          type: "bar",
          data: days.map((day) => day.opened),
          itemStyle: { color: palette.high, borderRadius: 2 },
          barMaxWidth: 8,
        },
        {
          name: "Resolved",
          type: "bar",
          data: days.map((day) => day.resolved),
          itemStyle: { color: palette.good, borderRadius: 2 },
          barMaxWidth: 8,
        },
      ],
    }),
    [days],
  );
  const opened = days.reduce((sum, day) => sum + day.opened, 0);
  const resolved = days.reduce((sum, day) => sum + day.resolved, 0);
  const description = `In ${counted(days.length, "day")}, ${counted(opened, "finding")} opened and ${resolved} resolved.`;
  return (
    <>
      <Suspense fallback={<div className="h-40" />}>
        <Chart className="h-40" description={description} option={option} />
      </Suspense>
      <p className="mt-2 flex flex-wrap gap-4 text-xs text-muted">
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-sm bg-high" /> {`${opened} opened`}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-sm bg-good" /> {`${resolved} resolved`}
        </span>
      </p>
      <DayTable
        caption="Findings opened and resolved by day"
        heads={["Opened", "Resolved"]}
        rows={days.map((day) => [day.day, day.opened, day.resolved])}
      />
    </>
  );
}
