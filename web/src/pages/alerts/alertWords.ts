import type { Alert } from "@/api/types";
import { counted } from "@/components/text/numbers";

const steps = { opened: "open", reopened: "open again", resolved: "are resolved" };

function listed(words: string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}

/** What an alert watches, as a sentence. */
export function alertWords(alert: Pick<Alert, "findings" | "changes">): string {
  const parts: string[] = [];
  if (alert.findings) {
    const { minimumSeverity, rules, integrations, steps: when } = alert.findings;
    const weight =
      minimumSeverity === "info"
        ? "Findings"
        : minimumSeverity === "critical"
          ? "Critical findings"
          : `Findings of ${minimumSeverity} severity and above`;
    parts.push(`${weight} that ${listed(when.map((step) => steps[step]))}`);
    if (rules.length > 0) parts.push(rules.length === 1 ? (rules[0] ?? "") : counted(rules.length, "rule"));
    if (integrations.length > 0) parts.push(counted(integrations.length, "integration"));
  } else if (alert.changes) {
    const { types, kinds, fields, integrations } = alert.changes;
    const what =
      types.length === 0 ? "Resources" : types.length > 3 ? counted(types.length, "type") : listed(types);
    parts.push(`${what} ${kinds.length === 0 || kinds.length === 3 ? "changed in any way" : listed(kinds)}`);
    if (fields.length > 0) parts.push(`only ${listed(fields)}`);
    if (integrations.length > 0) parts.push(counted(integrations.length, "integration"));
  }
  return parts.join(" · ");
}
