import type { RuleSummary } from "@/api/types";

export type RuleState = "fail" | "pass" | "not_evaluated" | "not_applicable";

export const ruleStateText: Record<RuleState, string> = {
  fail: "Failing",
  pass: "Passing",
  not_evaluated: "Not evaluated",
  not_applicable: "Not applicable",
};

/** What a rule says on the whole: one failing resource outweighs all that pass. */
export function ruleState({ counts, reason }: Pick<RuleSummary, "counts" | "reason">): RuleState {
  if (counts.fail > 0) return "fail";
  if (counts.pass + counts.suppressed > 0) return "pass";
  if (counts.notEvaluated > 0 || reason !== null) return "not_evaluated";
  return "not_applicable";
}
