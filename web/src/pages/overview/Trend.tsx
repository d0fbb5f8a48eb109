import { lazy, Suspense, useCallback } from "react";
import type { Overview } from "@/api/types";
import { DayTable } from "@/components/chart/DayTable";
import { overDays, type ChartOption, type Palette } from "@/components/chart/option";
import { Panel } from "@/components/layout/Panel";
import { counted } from "@/components/text/numbers";

const Chart = lazy(() => import("@/components/chart/Chart"));

interface Props {
  days: Overview["trend"];
  className?: string;
}

const height = "h-52 lg:h-61";

export function Trend({ days, className }: Props) {
  const option = useCallback(
    (palette: Palette): ChartOption => ({
      ...overDays(
        palette,
        days.map((day) => day.day),
      ),
      series: [
        {
          name: "Open",
          type: "line",
          data: days.map((day) => day.open),
          showSymbol: days.length < 3,
          lineStyle: { color: palette.accent, width: 2 },
          itemStyle: { color: palette.accent },
          areaStyle: { color: palette.accent, opacity: 0.1 },
        },
      ],
    }),
    [days],
  );
  const first = days[0]?.open ?? 0;
  const last = days.at(-1)?.open ?? 0;
  const description = `Open findings went from ${first} to ${last} in ${counted(days.length, "day")}.`;
  return (
    <Panel title="Open findings" note="the last 30 days" className={className}>
      <Suspense fallback={<div className={height} />}>
        <Chart className={height} description={description} option={option} />
      </Suspense>
      <DayTable
        caption="Findings by day"
        heads={["Open", "Opened", "Resolved"]}
        rows={days.map((day) => [day.day, day.open, day.opened, day.resolved])}
      />
    </Panel>
  );
}
