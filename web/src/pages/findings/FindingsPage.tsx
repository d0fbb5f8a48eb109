import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { findingsQuery } from "@/api/findings";
import { Awaited } from "@/components/feedback/Awaited";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { TabLinks, type TabLink } from "@/components/layout/TabLinks";
import { More } from "@/components/table/More";
import { counted } from "@/components/text/numbers";
import { FindingFilters, type FindingSearch } from "./FindingFilters";
import { FindingList } from "./FindingList";
import { NoFindings } from "./NoFindings";

const route = getRouteApi("/inside/findings");
const tabs = [
  ["Open", undefined],
  ["Suppressed", "suppressed"],
  ["Resolved", "resolved"],
  ["All", "all"],
] as const;

export default function FindingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const findings = useInfiniteQuery(findingsQuery({ status: "open", sort: "-severity", ...search }));
  const items = findings.data?.pages.flatMap((page) => page.items) ?? [];
  const total = findings.data?.pages[0]?.total;
  const { status, ...filters } = search;
  const links: TabLink[] = tabs.map(([text, name]) => ({
    text,
    exact: true,
    link: { to: "/findings", search: { ...filters, status: name } },
  }));
  const change = (part: FindingSearch) => void navigate({ search: { ...search, ...part }, replace: true });
  return (
    <>
      <PageHeader
        title="Findings"
        description="Resources that break a rule. Each says why, and what to do about it."
      />
      <TabLinks label="Findings by status" links={links} />
      <FindingFilters search={search} onChange={change}>
        <p role="status" className="ml-auto text-sm text-muted tabular-nums">
          {typeof total === "number" && counted(total, "finding")}
        </p>
      </FindingFilters>
      {findings.isError && <ProblemNotice error={findings.error} />}
      <Panel flush>
        {findings.isPending ? (
          <LoadingRows rows={12} />
        ) : items.length === 0 && !findings.isError ? (
          <NoFindings status={status ?? "open"} narrowed={Object.keys(filters).length > 0} />
        ) : (
          <Awaited by={findings.isPlaceholderData}>
            <FindingList findings={items} />
          </Awaited>
        )}
        <More query={findings} />
      </Panel>
    </>
  );
}
