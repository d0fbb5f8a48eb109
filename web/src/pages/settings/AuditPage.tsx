import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { auditQuery } from "@/api/settings";
import type { AuditEntry } from "@/api/types";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { SearchInput } from "@/components/form/SearchInput";
import { FilterBar } from "@/components/layout/FilterBar";
import { Permitted } from "@/components/feedback/Permitted";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { More } from "@/components/table/More";
import { Moment } from "@/components/text/Time";
import { SettingsTabs } from "./SettingsTabs";

const route = getRouteApi("/inside/settings/audit");

export default function AuditPage() {
  return (
    <Permitted to="read_audit">
      <AuditList />
    </Permitted>
  );
}

function AuditList() {
  const { actor } = route.useSearch();
  const navigate = route.useNavigate();
  const audit = useInfiniteQuery(auditQuery(actor));
  const items = audit.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title="Audit log"
        crumbs={[{ text: "Settings", link: { to: "/settings" } }]}
        description="Who did what in Muster itself. Entries are never changed."
      />
      <SettingsTabs />
      <FilterBar label="Filter the audit log">
        <SearchInput
          label="By whom"
          value={actor ?? ""}
          onChange={(next) => void navigate({ search: { actor: next || undefined }, replace: true })}
          className="w-60 max-sm:w-full"
        />
      </FilterBar>
      {audit.isError && <ProblemNotice error={audit.error} />}
      <Panel flush>
        {audit.isPending ? (
          <LoadingRows rows={10} />
        ) : items.length === 0 && !audit.isError ? (
          <EmptyState icon={ScrollText} title="No entries" />
        ) : (
          <ListTable label="Audit log" columns={columns} items={items} rowKey={(entry) => String(entry.id)} />
        )}
        <More query={audit} />
      </Panel>
    </>
  );
}

const columns: ListColumn<AuditEntry>[] = [
  { id: "at", header: "When", from: "sm", cell: (entry) => <Moment at={entry.at} /> },
  { id: "actor", header: "Who", cell: (entry) => <span className="whitespace-nowrap">{entry.actor}</span> },
  {
    id: "action",
    header: "What",
    grow: true,
    cell: (entry) => (
      <>
        <code className="text-xs">{entry.action}</code>
        {entry.target && <span className="text-muted"> {entry.target}</span>}
        {entry.detail && (
          <code className="block max-w-[80ch] text-xs wrap-anywhere text-muted">
            {JSON.stringify(entry.detail)}
          </code>
        )}
      </>
    ),
  },
  {
    id: "address",
    header: "From",
    from: "md",
    cell: (entry) => <code className="text-xs text-muted">{entry.address}</code>,
  },
];
