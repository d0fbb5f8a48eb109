import { CircleCheck, CircleX, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "../classes";

type Kind = "error" | "warning" | "good" | "note";

const faces = {
  error: { icon: CircleX, style: "border-critical/35 bg-critical-soft", mark: "text-critical" },
  warning: { icon: TriangleAlert, style: "border-medium/35 bg-medium-soft", mark: "text-medium" },
  good: { icon: CircleCheck, style: "border-good/35 bg-good-soft", mark: "text-good" },
  note: { icon: Info, style: "border-line bg-sunken", mark: "text-muted" },
} as const;

interface Props {
  kind: Kind;
  title?: string;
  action?: ReactNode;
  children?: ReactNode;
  /** False where it stands from the beginning and is no news. */
  live?: boolean;
}

export function Notice({ kind, title, action, children, live = true }: Props) {
  const { icon: Icon, style, mark } = faces[kind];
  const role = live ? (kind === "error" ? "alert" : "status") : undefined;
  return (
    <div
      role={role}
      className={classes("flex items-start gap-2.5 rounded-md border px-3 py-2.5 text-sm", style)}
    >
      <Icon aria-hidden className={classes("mt-0.5 size-4 shrink-0", mark)} />
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}
