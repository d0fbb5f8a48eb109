import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FileClock } from "lucide-react";
import { changesQuery } from "@/api/resources";
import { Button } from "@/components/action/Button";
import { Awaited } from "@/components/feedback/Awaited";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { SearchInput } from "@/components/form/SearchInput";
import { Select } from "@/components/form/Select";
import { FilterBar } from "@/components/layout/FilterBar";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { More } from "@/components/table/More";
import { IntegrationFilter } from "../IntegrationFilter";
import { TypeFilter } from "../TypeFilter";
import { ChangeRow } from "./ChangeRow";

const route = getRouteApi("/inside/changes");
const kinds = [
  { value: "", text: "Every kind" },
  { value: "added", text: "Added" },
  { value: "modified", text: "Modified" },
  { value: "removed", text: "Removed" },
];

export default function ChangesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const changes = useInfiniteQuery(changesQuery(search));
  const items = changes.data?.pages.flatMap((page) => page.items) ?? [];
  const narrowed = Object.keys(search).length > 0;
  const change = (part: typeof search) => void navigate({ search: { ...search, ...part }, replace: true });
  return (
    <>
      <PageHeader
        title="Changes"
        description="Everything that was added, modified or removed, the newest first."
      />
      <FilterBar label="Filter the changes">
        <TypeFilter value={search.type} onChange={(type) => change({ type })} />
        <Select
          small
          aria-label="Kind of change"
          choices={kinds}
          value={search.kind ?? ""}
          onChange={(event) => change({ kind: event.target.value || undefined })}
        />
        <IntegrationFilter value={search.integration} onChange={(integration) => change({ integration })} />
        <SearchInput
          label="Changed field, such as status"
          value={search.field ?? ""}
          onChange={(field) => change({ field: field || undefined })}
          className="w-64 max-sm:w-full"
        />
      </FilterBar>
      {changes.isError && <ProblemNotice error={changes.error} />}
      <Panel flush>
        {changes.isPending ? (
          <LoadingRows rows={12} />
        ) : items.length === 0 && !changes.isError ? (
          <EmptyState
            icon={FileClock}
            title={narrowed ? "No change fits" : "No changes yet"}
            action={
              narrowed && <Button onClick={() => void navigate({ search: {} })}>Take away all filters</Button>
            }
          >
            {!narrowed && "Each sync writes down what it finds different from the one before."}
          </EmptyState>
        ) : (
          <Awaited by={changes.isPlaceholderData}>
            <ul className="divide-y divide-line">
              {items.map((item) => (
                <ChangeRow key={item.sequence} change={item} />
              ))}
            </ul>
          </Awaited>
        )}
        <More query={changes} />
      </Panel>
    </>
  );
}
