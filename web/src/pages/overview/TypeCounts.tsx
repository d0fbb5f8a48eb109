import { Link } from "@tanstack/react-router";
import type { Overview } from "@/api/types";
import { Panel } from "@/components/layout/Panel";
import { count } from "@/components/text/numbers";

export function TypeCounts({ types }: { types: Overview["types"] }) {
  const ordered = [...types].sort((one, other) => other.resources - one.resources);
  const most = Math.max(1, ordered[0]?.resources ?? 1);
  return (
    <Panel
      title="Resources"
      actions={
        <Link to="/resources" className="link">
          All types
        </Link>
      }
    >
      <ul className="space-y-1">
        {ordered.map((type) => (
          <li key={type.name} className="relative">
            <span
              aria-hidden
              className="absolute inset-y-0 left-0 rounded-sm bg-accent-soft"
              style={{ width: `${(type.resources / most) * 100}%` }}
            />
            <Link
              to="/resources/$type"
              params={{ type: type.name }}
              className="relative flex justify-between gap-3 rounded-sm px-2 py-0.5 text-sm hover:underline"
            >
              <span className="truncate">{type.title}</span>
              <span className="tabular-nums">{count(type.resources)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
