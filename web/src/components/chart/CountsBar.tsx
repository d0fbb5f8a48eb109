import type { Counts } from "@/api/types";

const parts = [
  { name: "pass", key: "pass", style: "bg-good" },
  { name: "fail", key: "fail", style: "bg-critical" },
  { name: "suppressed", key: "suppressed", style: "bg-low" },
  { name: "not evaluated", key: "notEvaluated", style: "bg-medium" },
] as const;

export function countsText(counts: Counts): string {
  const all = [...parts, { name: "not applicable", key: "notApplicable" } as const];
  const said = all.filter((part) => counts[part.key] > 0).map((part) => `${counts[part.key]} ${part.name}`);
  return said.length === 0 ? "nothing judged" : said.join(", ");
}

/** How the verdicts of a rule are divided. Failing ones never shrink below what can be seen. */
export function CountsBar({ counts }: { counts: Counts }) {
  return (
    <span
      role="img"
      aria-label={countsText(counts)}
      title={countsText(counts)}
      className="flex h-2 w-full gap-px overflow-hidden rounded-full bg-line"
    >
      {parts.map((part) =>
        counts[part.key] > 0 ? (
          <span key={part.key} className={`${part.style} min-w-1.5`} style={{ flexGrow: counts[part.key] }} />
        ) : null,
      )}
    </span>
  );
}
