import { useQuery } from "@tanstack/react-query";
import { rulesQuery } from "@/api/findings";
import { severities, type Severity } from "@/api/types";
import { severityName } from "@/components/badge/Severity";
import { Labelled } from "@/components/form/Labelled";
import { PickMany } from "@/components/form/PickMany";
import { Select } from "@/components/form/Select";
import { Ticks } from "@/components/form/Ticks";
import type { AlertDraft, FindingStep } from "./alertDraft";

interface Props {
  draft: AlertDraft;
  onChange: (part: Partial<AlertDraft>) => void;
}

const steps: { value: FindingStep; text: string }[] = [
  { value: "opened", text: "opens" },
  { value: "reopened", text: "opens again" },
  { value: "resolved", text: "is resolved" },
];

export function FindingFields({ draft, onChange }: Props) {
  const { data: rules = [] } = useQuery(rulesQuery);
  return (
    <>
      <Labelled label="Severity">
        {(wiring) => (
          <Select
            {...wiring}
            className="w-full"
            value={draft.minimumSeverity}
            onChange={(event) => onChange({ minimumSeverity: event.target.value as Severity })}
            choices={severities.map((one) => ({
              value: one,
              text:
                one === "critical"
                  ? "Critical only"
                  : one === "info"
                    ? "Any"
                    : `${severityName[one]} and above`,
            }))}
          />
        )}
      </Labelled>
      <PickMany
        label="Rules"
        none="All rules"
        choices={rules.map((rule) => ({ value: rule.id, text: `${rule.id} ${rule.title}` }))}
        value={draft.rules}
        onChange={(next) => onChange({ rules: next })}
      />
      <Ticks
        label="When a finding"
        choices={steps}
        value={draft.steps}
        onChange={(next) => onChange({ steps: next })}
      />
    </>
  );
}
