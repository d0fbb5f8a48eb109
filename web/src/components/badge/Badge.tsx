import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "../classes";

export type Tone = "critical" | "high" | "medium" | "low" | "info" | "good" | "accent";

const tones: Record<Tone, string> = {
  critical: "bg-critical-soft text-critical",
  high: "bg-high-soft text-high",
  medium: "bg-medium-soft text-medium",
  low: "bg-low-soft text-low",
  info: "bg-info-soft text-info",
  good: "bg-good-soft text-good",
  accent: "bg-accent-soft text-accent-ink",
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
        tones[tone],
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
