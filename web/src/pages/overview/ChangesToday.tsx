import { Link } from "@tanstack/react-router";
import type { ChangeKind, Overview } from "@/api/types";
import { ChangeMark, changeName } from "@/components/badge/states";
import { classes } from "@/components/classes";
import { Panel } from "@/components/layout/Panel";
import { count, shortCount } from "@/components/text/numbers";

const kinds = ["added", "modified", "removed"] as const satisfies readonly ChangeKind[];

/** How much was recorded today, by kind. */
export function ChangesToday({ changes }: { changes: Overview["changesToday"] }) {
  return (
    <Panel flush title="Changes today" note="since midnight UTC" className="overflow-hidden">
      <ul className="grid grid-cols-3 divide-x divide-line border-t border-line">
        {kinds.map((kind) => (
          <li key={kind}>
            <Link
              to="/changes"
              search={{ kind }}
              className="block h-full px-4 py-3 -outline-offset-2 transition-colors hover:bg-hover"
            >
              <span className="flex items-center gap-1.5 text-sm text-muted">
                <ChangeMark kind={kind} />
                {changeName(kind)}
              </span>
              <span
                className={classes(
                  "mt-0.5 block text-xl font-semibold tracking-tight tabular-nums",
                  changes[kind] === 0 && "text-faint",
                )}
              >
                {changes[kind] < 100_000 ? count(changes[kind]) : shortCount(changes[kind])}
                <span className="sr-only"> today</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
