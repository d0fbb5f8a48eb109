import type { Severity } from "@/api/types";
import { classes } from "../classes";
import { Badge } from "./Badge";

const level: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };
export const severityText: Record<Severity, string> = {
  critical: "text-critical",
  high: "text-high",
  medium: "text-medium",
  low: "text-low",
  info: "text-info",
};
export const severityName: Record<Severity, string> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info",
};

/** Four bars, as many of them full as the finding weighs. */
export function SeverityMark({ severity, className }: { severity: Severity; className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 16 16"
      className={classes("size-3.5 shrink-0", severityText[severity], className)}
    >
      {[0, 1, 2, 3].map((bar) => (
        <rect
          key={bar}
          x={1 + bar * 3.8}
          y={11 - bar * 2.9}
          width={2.6}
          height={4 + bar * 2.9}
          rx={0.8}
          fill="currentColor"
          opacity={bar < level[severity] ? 1 : 0.28}
        />
      ))}
    </svg>
  );
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  return (
    <Badge tone={severity} mark={<SeverityMark severity={severity} />}>
      {severityName[severity]}
    </Badge>
  );
}
