import { classes } from "../classes";

interface Props {
  label: string;
  /** 0 to 1. */
  share: number;
  tone?: "accent" | "good" | "medium" | "high";
}

const tones = { accent: "bg-accent", good: "bg-good", medium: "bg-medium", high: "bg-high" };

export function Meter({ label, share, tone = "accent" }: Props) {
  const part = Math.max(0, Math.min(1, share));
  return (
    <span
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(part * 100)}
      className="block h-1.5 w-full overflow-hidden rounded-full bg-line"
    >
      <span
        className={classes("block h-full rounded-full transition-[width] duration-500", tones[tone])}
        style={{ width: `${part * 100}%` }}
      />
    </span>
  );
}
