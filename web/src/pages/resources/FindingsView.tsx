import { useInfiniteQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { findingsQuery } from "@/api/findings";
import type { ResourcePlace } from "@/api/resources";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { PageProblem } from "@/components/feedback/PageProblem";
import { Panel } from "@/components/layout/Panel";
import { More } from "@/components/table/More";
import { FindingList } from "../findings/FindingList";

export function FindingsView({ place }: { place: ResourcePlace }) {
  const findings = useInfiniteQuery(findingsQuery({ ...place, status: "all" }));
  if (findings.isError && findings.data === undefined) return <PageProblem error={findings.error} />;
  const items = findings.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel flush>
      {findings.isPending ? (
        <LoadingRows rows={3} />
      ) : items.length === 0 ? (
        <EmptyState icon={ShieldCheck} title="No rule ever found fault with it" />
      ) : (
        <FindingList findings={items} />
      )}
      <More query={findings} />
    </Panel>
  );
}
