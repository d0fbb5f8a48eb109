import type { ReactNode } from "react";
import { classes } from "../classes";

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names and values, one under the other. */
export function Facts({
  facts,
  wide,
}: {
  facts: Fact[];
  /** There is room for long values. */ wide?: boolean;
}) {
  return (
    <dl className="grid gap-y-2.5 text-sm">
      {facts.map((fact) => (
        <div
          key={fact.name}
          className={classes(
            "grid gap-3",
            wide ? "grid-cols-[7rem_1fr]" : "grid-cols-[minmax(6.5rem,2fr)_3fr]",
          )}
        >
          <dt className="text-muted">{fact.name}</dt>
          <dd className="min-w-0">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
