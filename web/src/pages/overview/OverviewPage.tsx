import { useSuspenseQuery } from "@tanstack/react-query";
import { overviewQuery } from "@/api/overview";
import { useMay } from "@/api/session";
import { PageHeader } from "@/components/layout/PageHeader";
import { counted } from "@/components/text/numbers";
import { ChangesToday } from "./ChangesToday";
import { FirstSteps } from "./FirstSteps";
import { IntegrationList } from "./IntegrationList";
import { PackScores } from "./PackScores";
import { RecentChanges } from "./RecentChanges";
import { RecentFindings } from "./RecentFindings";
import { SeverityCounts } from "./SeverityCounts";
import { Trend } from "./Trend";
import { TypeCounts } from "./TypeCounts";

export default function OverviewPage() {
  const { data } = useSuspenseQuery(overviewQuery);
  const manages = useMay("manage_integrations");
  if (data.integrations.length === 0) return <FirstSteps manages={manages} />;
  const description = `${counted(data.resources, "resource")} from ${counted(data.integrations.length, "integration")}`;
  return (
    <>
      <PageHeader title="Overview" description={description} />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-3">
        <SeverityCounts findings={data.findings} className="lg:col-span-3" />
        <Trend days={data.trend} className="lg:col-span-2" />
        <div className="flex flex-col gap-4">
          <PackScores packs={data.packs} className="grow" />
          <ChangesToday changes={data.changesToday} />
        </div>
        <RecentFindings findings={data.recentFindings} className="lg:col-span-2" />
        <IntegrationList integrations={data.integrations} />
        <RecentChanges changes={data.recentChanges} className="lg:col-span-2" />
        <TypeCounts types={data.types} />
      </div>
    </>
  );
}
