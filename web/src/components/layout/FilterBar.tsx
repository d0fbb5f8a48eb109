import type { ReactNode } from "react";

export function FilterBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="search" aria-label={label} className="mb-3 flex flex-wrap items-center gap-2">
      {children}
    </div>
  );
}
