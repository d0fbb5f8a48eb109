import { Link } from "@tanstack/react-router";
import type { Overview } from "@/api/types";
import { Meter } from "@/components/chart/Meter";
import { Panel } from "@/components/layout/Panel";
import { percent } from "@/components/text/numbers";

interface Props {
  packs: Overview["packs"];
  className?: string;
}

export function PackScores({ packs, className }: Props) {
  return (
    <Panel
      title="Packs"
      className={className}
      actions={
        <Link to="/packs" className="link">
          All packs
        </Link>
      }
    >
      {packs.length === 0 && <p className="text-sm text-muted">No pack is loaded.</p>}
      <ul className="space-y-5">
        {packs.map((pack) => (
          <li key={pack.id}>
            <Link to="/packs/$id" params={{ id: pack.id }} className="text-sm hover:underline">
              {pack.title}
            </Link>
            <p className="mt-1 mb-2 text-2xl font-semibold tracking-tight tabular-nums">
              {pack.score === null ? (
                <span className="text-lg text-muted">not judged yet</span>
              ) : (
                percent(pack.score)
              )}
            </p>
            <Meter label={`Score of ${pack.title}`} share={pack.score ?? 0} tone="good" />
            <p className="mt-2 text-xs text-muted">Controls that pass, of those that pass or fail</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
