import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "../classes";

export type Tone = "critical" | "high" | "medium" | "low" | "info" | "good" | "accent";

export const inks: Record<Tone, string> = {
  critical: "text-critical",
  high: "text-high",
  medium: "text-medium",
  low: "text-low",
  info: "text-info",
  good: "text-good",
  accent: "text-accent-ink",
};
const grounds: Record<Tone, string> = {
  critical: "bg-critical-soft",
  high: "bg-high-soft",
  medium: "bg-medium-soft",
  low: "bg-low-soft",
  info: "bg-info-soft",
  good: "bg-good-soft",
  accent: "bg-accent-soft",
};

interface Props {
  tone: Tone;
  icon?: LucideIcon;
  mark?: ReactNode;
  moving?: boolean;
  children: ReactNode;
}

/** A state in a word, with a picture of its own: never by colour alone. */
export function Badge({ tone, icon: Icon, mark, moving, children }: Props) {
  return (
    <span
      className={classes(
        "inline-flex h-5.5 items-center gap-1 rounded-full pr-2 pl-1.5 text-xs font-medium whitespace-nowrap",
        inks[tone],
        grounds[tone],
      )}
    >
      {mark ??
        (Icon && (
          <Icon aria-hidden className={classes("size-3.5", moving && "animate-turn")} strokeWidth={2.2} />
        ))}
      {children}
    </span>
  );
}

export function Tag({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex min-h-5.5 items-center rounded-sm border border-line bg-sunken px-1.5 py-px text-xs text-muted">
      {children}
    </span>
  );
}
