import { useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { classes } from "../classes";

/** How far the plot is from the edges of its place, in pixels. */
export const plotInsets = { left: 44, right: 8, top: 8, bottom: 24 };

interface Props {
  label: string;
  bars: number;
  /** A bar, or several, in words. */
  said: (first: number, last: number) => string;
  /** What is shown beside the bar that is pointed at. */
  readout: (bar: number) => ReactNode;
  onNarrow: (first: number, last: number) => void;
  /** What lies over the plot; its children are placed in shares of the plot's width. */
  marks?: ReactNode;
  /** The drawing. Its plot keeps the insets. */
  children: ReactNode;
}

interface Selection {
  /** The bar where it began. */
  anchor: number;
  /** The bar that is pointed at. */
  bar: number;
  /** The pointer is down: what is passed over is chosen. */
  held: boolean;
}

/** Bars over time, some of which can be chosen: by dragging over them, or by arrow keys, Shift and Enter. */
export function BarRange({ label, bars, said, readout, onNarrow, marks, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const help = useId();
  const [selection, setSelection] = useState<Selection | null>(null);
  const pressed = useRef<{ x: number; bar: number } | null>(null);
  const inside = (bar: number) => Math.max(0, Math.min(bars - 1, bar));

  const barAt = (event: PointerEvent) => {
    const box = place.current?.getBoundingClientRect();
    if (box === undefined) return 0;
    const width = box.width - plotInsets.left - plotInsets.right;
    return inside(Math.floor(((event.clientX - box.left - plotInsets.left) / width) * bars));
  };
  const narrow = (anchor: number, bar: number) => {
    setSelection(null);
    onNarrow(Math.min(anchor, bar), Math.max(anchor, bar));
  };
  const onPointerMove = (event: PointerEvent) => {
    const bar = barAt(event);
    setSelection({ anchor: pressed.current?.bar ?? bar, bar, held: pressed.current !== null });
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const bar = barAt(event);
    pressed.current = { x: event.clientX, bar };
    setSelection({ anchor: bar, bar, held: true });
    place.current?.setPointerCapture(event.pointerId);
  };
  const onPointerUp = (event: PointerEvent) => {
    const began = pressed.current;
    pressed.current = null;
    // A press without a way is no choice of a bar, but a look at it.
    if (began !== null && Math.abs(event.clientX - began.x) > 5) narrow(began.bar, barAt(event));
  };
  const leave = () => {
    if (pressed.current === null) setSelection(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { anchor, bar } = selection ?? { anchor: bars - 1, bar: bars - 1 };
    const to = { ArrowLeft: bar - 1, ArrowRight: bar + 1, Home: 0, End: bars - 1 }[event.key];
    if (to !== undefined) {
      const next = selection === null ? bar : inside(to);
      setSelection({ anchor: event.shiftKey ? anchor : next, bar: next, held: false });
    } else if (event.key === "Enter" && selection !== null) narrow(anchor, bar);
    else if (event.key === "Escape" && selection !== null) setSelection(null);
    else return;
    event.preventDefault();
  };
  const first = selection && Math.min(selection.anchor, selection.bar);
  const last = selection && Math.max(selection.anchor, selection.bar);
  const share = (bar: number) => `${(bar / bars) * 100}%`;
  return (
    <div className="group relative">
      <div
        ref={place}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-describedby={help}
        aria-valuemin={1}
        aria-valuemax={bars}
        aria-valuenow={(selection?.bar ?? bars - 1) + 1}
        aria-valuetext={first === null || last === null ? said(0, bars - 1) : said(first, last)}
        onPointerMove={onPointerMove}
        onPointerDown={onPointerDown}
        onPointerUp={onPointerUp}
        onPointerCancel={() => {
          pressed.current = null;
          setSelection(null);
        }}
        onPointerLeave={leave}
        onBlur={leave}
        onKeyDown={onKeyDown}
        className="relative cursor-crosshair touch-pan-y rounded-sm select-none"
      >
        {children}
        <div aria-hidden className="pointer-events-none absolute" style={plotInsets}>
          {marks}
          {first !== null && last !== null && (
            <div
              className={classes(
                "absolute inset-y-0",
                first === last && selection?.held !== true
                  ? "bg-ink/7"
                  : "border-x border-accent bg-accent/20",
              )}
              style={{ left: share(first), width: share(last - first + 1) }}
            />
          )}
        </div>
      </div>
      {selection && (
        <div
          aria-hidden
          className={classes(
            "pointer-events-none absolute z-20 w-max max-w-[min(20rem,80%)] rounded-md border border-line bg-raised px-2.5 py-2 text-xs shadow-pop",
            selection.bar < bars / 2 ? "ml-3" : "-translate-x-full -ml-3",
          )}
          style={{ top: plotInsets.top, left: readoutLeft(selection.bar, bars) }}
        >
          {readout(selection.bar)}
        </div>
      )}
      <p
        id={help}
        className="pointer-events-none absolute right-2 -bottom-0.5 hidden rounded-sm bg-surface px-1 text-xs text-muted group-has-focus-visible:block"
      >
        ← → choose, Shift extends, Enter narrows
      </p>
    </div>
  );
}

/** Beside the bar, in terms of the whole place: the plot is narrower by the insets. */
function readoutLeft(bar: number, bars: number): string {
  const share = (bar + (bar < bars / 2 ? 1 : 0)) / bars;
  const { left, right } = plotInsets;
  return `calc(${left}px + (100% - ${left + right}px) * ${share})`;
}
