import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { alertsQuery, channelsQuery, deliveriesQuery } from "@/api/alerts";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Select } from "@/components/form/Select";
import { FilterBar } from "@/components/layout/FilterBar";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { More } from "@/components/table/More";
import { AlertTabs } from "./AlertTabs";
import { DeliveryTable } from "./DeliveryTable";

const route = getRouteApi("/inside/alerts/deliveries");
const statuses = [
  { value: "", text: "Every state" },
  { value: "sent", text: "Sent" },
  { value: "waiting", text: "Waiting" },
  { value: "failed", text: "Will be tried again" },
  { value: "dead", text: "Given up" },
];

export default function DeliveriesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const { data: alerts } = useSuspenseQuery(alertsQuery);
  const deliveries = useInfiniteQuery(deliveriesQuery(search));
  const items = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  const change = (part: typeof search) => void navigate({ search: { ...search, ...part }, replace: true });
  return (
    <>
      <PageHeader
        title="Deliveries"
        crumbs={[{ text: "Alerts", link: { to: "/alerts" } }]}
        description="Every message that was sent, or is still to be."
      />
      <AlertTabs />
      <FilterBar label="Filter the deliveries">
        <Select
          small
          aria-label="State"
          choices={statuses}
          value={search.status ?? ""}
          onChange={(event) => change({ status: event.target.value || undefined })}
        />
        <Select
          small
          aria-label="Channel"
          value={search.channel ?? ""}
          onChange={(event) => change({ channel: event.target.value || undefined })}
          choices={[
            { value: "", text: "All channels" },
            ...channels.map((one) => ({ value: one.id, text: one.name })),
          ]}
        />
        <Select
          small
          aria-label="Alert"
          value={search.alert ?? ""}
          onChange={(event) => change({ alert: event.target.value || undefined })}
          choices={[
            { value: "", text: "All alerts" },
            ...alerts.map((one) => ({ value: one.id, text: one.name })),
          ]}
        />
      </FilterBar>
      {deliveries.isError && <ProblemNotice error={deliveries.error} />}
      <Panel flush>
        {deliveries.isPending ? (
          <LoadingRows />
        ) : items.length === 0 && !deliveries.isError ? (
          <EmptyState icon={Send} title="Nothing here">
            {Object.keys(search).length > 0
              ? "No delivery fits these filters."
              : "Messages show up here as soon as an alert has something to say."}
          </EmptyState>
        ) : (
          <DeliveryTable deliveries={items} />
        )}
        <More query={deliveries} />
      </Panel>
    </>
  );
}
