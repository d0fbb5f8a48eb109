import type { BarSeriesOption, LineSeriesOption } from "echarts/charts";
import type { AriaComponentOption, GridComponentOption, TooltipComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";

export type ChartOption = ComposeOption<
  LineSeriesOption | BarSeriesOption | GridComponentOption | TooltipComponentOption | AriaComponentOption
>;

/** The theme's colours, as a canvas takes them. */
export interface Palette {
  ink: string;
  muted: string;
  line: string;
  surface: string;
  accent: string;
  good: string;
  high: string;
  /** What lies behind a plot. */
  plot: string;
  /** Colours to tell groups apart, and last the one for all others together. */
  series: string[];
  font: string;
}

/** The classes of the swatches of groups, in order. */
const swatches = [
  "bg-series-1",
  "bg-series-2",
  "bg-series-3",
  "bg-series-4",
  "bg-series-5",
  "bg-series-6",
  "bg-series-7",
  "bg-series-8",
];
/** How many groups have a colour of their own; all others share one. */
export const seriesColours = swatches.length;
export const swatch = (index: number) => swatches[index] ?? "bg-series-other";

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
export const dayText = (value: string) => day.format(new Date(`${value.slice(0, 10)}T00:00:00Z`));

/** What all charts over days have in common. */
export function overDays(palette: Palette, days: string[]): ChartOption {
  const text = { color: palette.muted, fontFamily: palette.font, fontSize: 11 };
  return {
    grid: { left: 4, right: 8, top: 12, bottom: 2, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      borderWidth: 1,
      padding: [8, 10],
      textStyle: { color: palette.ink, fontFamily: palette.font, fontSize: 12 },
      axisPointer: { type: "line", lineStyle: { color: palette.muted, width: 1, type: "dashed" } },
    },
    xAxis: {
      type: "category",
      data: days.map(dayText),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...text, interval: Math.max(0, Math.ceil(days.length / 6) - 1), hideOverlap: true },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      splitNumber: 3,
      axisLabel: text,
      splitLine: { lineStyle: { color: palette.line, width: 1 } },
    },
  };
}
