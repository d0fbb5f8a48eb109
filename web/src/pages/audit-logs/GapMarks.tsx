import { betweenText } from "@/components/text/moments";

/** A span of which nothing is known, and whose log lacks it. */
export interface LostSpan {
  from: number;
  to: number;
  of: string;
}

/** Hatched where a log has a gap: no bar there does not mean that nothing happened. */
export function GapMarks({ gaps, from, to }: { gaps: LostSpan[]; from: number; to: number }) {
  const share = (at: number) => Math.max(0, Math.min(1, (at - from) / (to - from)));
  return gaps
    .filter((gap) => gap.from < to && gap.to > from)
    .map((gap) => (
      <div
        key={`${gap.of} ${gap.from}`}
        data-gap
        title={`${gap.of}: lost, ${betweenText(gap.from, gap.to)}`}
        className="hatched absolute inset-y-0 min-w-1"
        style={{ left: `${share(gap.from) * 100}%`, width: `${(share(gap.to) - share(gap.from)) * 100}%` }}
      />
    ));
}
