import { lazy, Suspense, useCallback } from "react";
import type { Histogram } from "@/api/types";
import { BarRange, plotInsets } from "@/components/chart/BarRange";
import { seriesColours, swatch, type ChartOption, type Palette } from "@/components/chart/option";
import { Bone } from "@/components/feedback/Loading";
import { classes } from "@/components/classes";
import { barText, betweenText } from "@/components/text/moments";
import { count, counted, shortCount } from "@/components/text/numbers";
import { GapMarks, type LostSpan } from "./GapMarks";

const Chart = lazy(() => import("@/components/chart/Chart"));

interface Props {
  histogram: Histogram;
  gaps: LostSpan[];
  onNarrow: (from: string, to: string) => void;
  /** Takes one group alone. */
  onPick: (name: string) => void;
}

/** A group's place among the colours; all others together come last. */
const colourOf = (series: Histogram["series"][number], index: number) =>
  series.name === null ? seriesColours : index;
const nameOf = (series: Histogram["series"][number]) => series.name ?? "other";

/** Events over time, told apart by what they are grouped by. */
export function EventHistogram({ histogram, gaps, onNarrow, onPick }: Props) {
  const start = Date.parse(histogram.from);
  const end = Date.parse(histogram.to);
  const length = histogram.barSeconds * 1000;
  const bars = Math.max(1, Math.round((end - start) / length));
  const at = (bar: number) => start + bar * length;
  const inBar = (bar: number) => histogram.series.reduce((sum, series) => sum + (series.counts[bar] ?? 0), 0);
  const said = (first: number, last: number) => {
    let sum = 0;
    for (let bar = first; bar <= last; bar += 1) sum += inBar(bar);
    return `${betweenText(at(first), at(last + 1))}: ${counted(sum, "event")}`;
  };
  const option = useCallback((palette: Palette) => drawing(palette, histogram), [histogram]);
  return (
    <>
      <BarRange
        label="Events over time"
        bars={bars}
        said={said}
        onNarrow={(first, last) =>
          onNarrow(new Date(at(first)).toISOString(), new Date(at(last + 1)).toISOString())
        }
        readout={(bar) => (
          <Readout
            histogram={histogram}
            bar={bar}
            title={betweenText(at(bar), at(bar + 1))}
            total={inBar(bar)}
          />
        )}
        marks={<GapMarks gaps={gaps} from={start} to={end} />}
      >
        <Suspense fallback={<Bone className="h-40 rounded-md" />}>
          <Chart className="h-40" description={said(0, bars - 1)} option={option} />
        </Suspense>
      </BarRange>
      <ul aria-label="Groups" className="mt-2 flex flex-wrap gap-x-1 gap-y-0.5">
        {histogram.series.map((series, index) => {
          const { name } = series;
          const mark = (
            <>
              <span
                aria-hidden
                className={classes("size-2.5 shrink-0 rounded-sm", swatch(colourOf(series, index)))}
              />
              <span className={classes("truncate", name === null && "text-muted")}>{nameOf(series)}</span>
              <span className="text-muted tabular-nums">{count(series.total)}</span>
            </>
          );
          const style =
            "flex min-h-6.5 max-w-full items-center gap-1.5 rounded-sm px-1.5 text-xs max-md:min-h-7";
          return (
            <li key={name ?? ""} className="min-w-0">
              {name === null ? (
                <span className={style}>{mark}</span>
              ) : (
                <button
                  type="button"
                  title={`Only ${name}`}
                  onClick={() => onPick(name)}
                  className={classes(style, "hover:bg-hover")}
                >
                  {mark}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

interface ReadoutProps {
  histogram: Histogram;
  bar: number;
  title: string;
  total: number;
}

function Readout({ histogram, bar, title, total }: ReadoutProps) {
  const parts = histogram.series
    .map((series, index) => ({
      name: nameOf(series),
      colour: colourOf(series, index),
      count: series.counts[bar] ?? 0,
    }))
    .filter((part) => part.count > 0);
  return (
    <>
      <p className="font-medium">{title}</p>
      <ul className="mt-1 space-y-0.5">
        {parts.map((part) => (
          <li key={part.name} className="flex items-center gap-1.5">
            <span aria-hidden className={classes("size-2 shrink-0 rounded-sm", swatch(part.colour))} />
            <span className="min-w-0 flex-1 truncate">{part.name}</span>
            <span className="pl-3 tabular-nums">{count(part.count)}</span>
          </li>
        ))}
      </ul>
      {parts.length !== 1 && <p className="mt-1 text-muted">{counted(total, "event")}</p>}
    </>
  );
}

function drawing(palette: Palette, histogram: Histogram): ChartOption {
  const start = Date.parse(histogram.from);
  const length = histogram.barSeconds * 1000;
  const bars = Math.max(1, Math.round((Date.parse(histogram.to) - start) / length));
  const text = { color: palette.muted, fontFamily: palette.font, fontSize: 11 };
  return {
    grid: { ...plotInsets, containLabel: false },
    xAxis: {
      type: "category",
      data: Array.from({ length: bars }, (_, bar) => barText(start + bar * length, histogram.barSeconds)),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...text, interval: Math.max(0, Math.ceil(bars / 8) - 1), hideOverlap: true },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      splitNumber: 3,
      axisLabel: { ...text, formatter: (value: number) => shortCount(value) },
      splitLine: { lineStyle: { color: palette.line, width: 1 } },
    },
    series: histogram.series.map((series, index) => ({
      name: nameOf(series),
      type: "bar" as const,
      stack: "events",
      data: series.counts,
      barCategoryGap: bars > 120 ? "0%" : "18%",
      itemStyle: {
        color: palette.series[colourOf(series, index)],
        borderColor: palette.plot,
        borderWidth: bars > 120 ? 0 : 0.5,
      },
      emphasis: { disabled: true },
    })),
  };
}
