import type { ReactNode } from "react";

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names and values, one under the other. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="grid gap-y-2.5 text-sm">
      {facts.map((fact) => (
        <div key={fact.name} className="grid grid-cols-[minmax(6.5rem,2fr)_3fr] gap-3">
          <dt className="text-muted">{fact.name}</dt>
          <dd className="min-w-0">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
