import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ListChecks, SearchX } from "lucide-react";
import { rulesQuery } from "@/api/findings";
import { severities, type RuleSummary } from "@/api/types";
import { Button } from "@/components/action/Button";
import { severityName } from "@/components/badge/Severity";
import { EmptyState } from "@/components/feedback/EmptyState";
import { SearchInput } from "@/components/form/SearchInput";
import { Select } from "@/components/form/Select";
import { FilterBar } from "@/components/layout/FilterBar";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { counted } from "@/components/text/numbers";
import { RuleTable } from "./RuleTable";
import { ruleState, ruleStateText, type RuleState } from "./ruleState";

const route = getRouteApi("/inside/rules");

export default function RulesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: rules } = useSuspenseQuery(rulesQuery);
  const change = (part: typeof search) => void navigate({ search: { ...search, ...part }, replace: true });
  const fits = (rule: RuleSummary) =>
    (search.severity === undefined || rule.severity === search.severity) &&
    (search.state === undefined || ruleState(rule) === search.state) &&
    (search.q ?? "")
      .toLowerCase()
      .split(/\s+/)
      .every((word) =>
        `${rule.id} ${rule.title} ${rule.judges} ${rule.tags.join(" ")}`.toLowerCase().includes(word),
      );
  const items = rules.filter(fits);
  const failing = rules.filter((rule) => ruleState(rule) === "fail").length;
  return (
    <>
      <PageHeader
        title="Rules"
        description={`${counted(rules.length, "rule")}, ${failing === 0 ? "none" : failing} with failing resources. They are evaluated whenever changes land.`}
      />
      <FilterBar label="Filter the rules">
        <SearchInput
          label="Search rules"
          value={search.q ?? ""}
          onChange={(q) => change({ q: q || undefined })}
          className="w-60 max-sm:w-full"
        />
        <Select
          small
          aria-label="Severity"
          value={search.severity ?? ""}
          onChange={(event) => change({ severity: event.target.value || undefined })}
          choices={[
            { value: "", text: "Every severity" },
            ...severities.map((one) => ({ value: one, text: severityName[one] })),
          ]}
        />
        <Select
          small
          aria-label="State"
          value={search.state ?? ""}
          onChange={(event) => change({ state: event.target.value || undefined })}
          choices={[
            { value: "", text: "Every state" },
            ...(Object.keys(ruleStateText) as RuleState[]).map((one) => ({
              value: one,
              text: ruleStateText[one],
            })),
          ]}
        />
        <p role="status" className="ml-auto text-sm text-muted tabular-nums">
          {counted(items.length, "rule")}
        </p>
      </FilterBar>
      <Panel flush>
        {items.length > 0 ? (
          <RuleTable rules={items} />
        ) : (
          <EmptyState
            icon={rules.length === 0 ? ListChecks : SearchX}
            title={rules.length === 0 ? "No rules are loaded" : "No rule fits"}
            action={
              rules.length > 0 && (
                <Button onClick={() => void navigate({ search: {} })}>Take away all filters</Button>
              )
            }
          />
        )}
      </Panel>
    </>
  );
}
