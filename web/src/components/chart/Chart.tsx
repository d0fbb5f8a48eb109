import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTheme } from "@/shell/theme";
import { seriesColours, type ChartOption, type Palette } from "./option";
import { classes } from "../classes";

echarts.use([LineChart, BarChart, GridComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

interface Props {
  /** What it shows, in a sentence, for those who do not see it. */
  description: string;
  option: (palette: Palette) => ChartOption;
  className: string;
}

/** Draws on a canvas in the colours of the theme, and again when size or theme change. */
export default function Chart({ description, option, className }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<echarts.ECharts>(null);
  const { theme } = useTheme();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const chart = echarts.init(element, null, { renderer: "canvas" });
    drawn.current = chart;
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.current = null;
      chart.dispose();
    };
  }, []);
  useEffect(() => {
    if (place.current === null) return;
    drawn.current?.setOption({ ...option(palette(place.current)), animation: false }, { notMerge: true });
  }, [option, theme]);
  return <div ref={place} role="img" aria-label={description} className={classes("w-full", className)} />;
}

// A canvas knows neither variables nor oklch everywhere, so the browser is asked for plain colours.
function palette(element: HTMLElement): Palette {
  const style = getComputedStyle(element);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const plain = (name: string) => {
    if (canvas === null) return "gray";
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = style.getPropertyValue(name);
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgb(${red ?? 0}, ${green ?? 0}, ${blue ?? 0})`;
  };
  return {
    ink: plain("--ink"),
    muted: plain("--muted"),
    line: plain("--line"),
    surface: plain("--raised"),
    accent: plain("--accent"),
    good: plain("--good"),
    high: plain("--high"),
    plot: plain("--surface"),
    series: [
      ...Array.from({ length: seriesColours }, (_, index) => plain(`--series-${index + 1}`)),
      plain("--series-other"),
    ],
    font: style.fontFamily,
  };
}
