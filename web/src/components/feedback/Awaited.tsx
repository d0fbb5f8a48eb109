import type { ReactNode } from "react";
import { classes } from "../classes";

/** What was asked for before stays in its place, paler, until the new answer is here. */
export function Awaited({ by, children }: { by: boolean; children: ReactNode }) {
  return (
    <div aria-busy={by} className={classes("transition-opacity", by && "opacity-55")}>
      {children}
    </div>
  );
}
