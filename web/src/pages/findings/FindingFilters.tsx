import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { rulesQuery } from "@/api/findings";
import { useSession } from "@/api/session";
import { severities } from "@/api/types";
import { Button } from "@/components/action/Button";
import { severityName } from "@/components/badge/Severity";
import { SearchInput } from "@/components/form/SearchInput";
import { Select } from "@/components/form/Select";
import { FilterBar } from "@/components/layout/FilterBar";
import { IntegrationFilter } from "../IntegrationFilter";

export interface FindingSearch {
  status?: string | undefined;
  severity?: string | undefined;
  rule?: string | undefined;
  integration?: string | undefined;
  assignee?: string | undefined;
  q?: string | undefined;
  sort?: string | undefined;
}

interface Props {
  search: FindingSearch;
  onChange: (part: FindingSearch) => void;
  children: ReactNode;
}

export function FindingFilters({ search, onChange, children }: Props) {
  const { user } = useSession();
  const { data: rules = [] } = useQuery(rulesQuery);
  const rule = rules.find((one) => one.id === search.rule);
  return (
    <FilterBar label="Filter the findings">
      <SearchInput
        label="Search findings"
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
        className="w-60 max-sm:w-full"
      />
      <Select
        small
        aria-label="Severity"
        value={search.severity ?? ""}
        onChange={(event) => onChange({ severity: event.target.value || undefined })}
        choices={[
          { value: "", text: "Every severity" },
          ...severities.map((severity) => ({ value: severity, text: severityName[severity] })),
        ]}
      />
      <IntegrationFilter value={search.integration} onChange={(integration) => onChange({ integration })} />
      <Select
        small
        aria-label="Assigned to"
        value={search.assignee ?? ""}
        onChange={(event) => onChange({ assignee: event.target.value || undefined })}
        choices={[
          { value: "", text: "Anyone’s" },
          { value: user.id, text: "Mine" },
        ]}
      />
      <Select
        small
        aria-label="Order"
        value={search.sort ?? ""}
        onChange={(event) => onChange({ sort: event.target.value || undefined })}
        choices={[
          { value: "", text: "Most severe first" },
          { value: "-openedAt", text: "Newest first" },
          { value: "openedAt", text: "Oldest first" },
        ]}
      />
      {search.rule !== undefined && (
        <Button look="quiet" icon={X} onClick={() => onChange({ rule: undefined })}>
          <span className="max-w-64 truncate">{rule ? `${rule.id} ${rule.title}` : search.rule}</span>
        </Button>
      )}
      {children}
    </FilterBar>
  );
}
