import type { Pack } from "@/api/types";
import { Meter } from "@/components/chart/Meter";
import { percent } from "@/components/text/numbers";

/** The share of controls that pass, and what it is made of. */
export function Score({ pack }: { pack: Pack }) {
  const { pass, fail, notEvaluated, notApplicable, notDecided } = pack.controls;
  const rest: string[] = [];
  if (notEvaluated > 0) rest.push(`${notEvaluated} not evaluated`);
  if (notApplicable > 0) rest.push(`${notApplicable} not applicable`);
  if (notDecided > 0) rest.push(`${notDecided} not decided by what is collected`);
  return (
    <div>
      <p className="mb-2 flex items-baseline gap-2">
        <span className="text-2xl font-semibold tracking-tight tabular-nums">
          {pack.score === null ? "–" : percent(pack.score)}
        </span>
        <span className="text-sm text-muted">
          {pack.score === null ? "nothing could be judged yet" : `${pass} of ${pass + fail} controls pass`}
        </span>
      </p>
      <Meter label={`Score of ${pack.title}`} share={pack.score ?? 0} tone="good" />
      {rest.length > 0 && <p className="mt-2 text-sm text-muted">Not in the score: {rest.join(", ")}.</p>}
    </div>
  );
}
