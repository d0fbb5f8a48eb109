import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { deliveryQuery, useRetryDelivery } from "@/api/alerts";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import { useMay } from "@/api/session";
import { Button } from "@/components/action/Button";
import { DeliveryBadge } from "@/components/badge/states";
import { CodeText } from "@/components/code/CodeText";
import { Notice } from "@/components/feedback/Notice";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Facts } from "@/components/layout/Facts";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { milliseconds } from "@/components/text/numbers";
import { Ago, Moment } from "@/components/text/Time";

const route = getRouteApi("/inside/alerts/deliveries/$id");

export default function DeliveryPage() {
  const { id } = route.useParams();
  const { data: delivery } = useSuspenseQuery(deliveryQuery(id));
  const retry = useRetryDelivery(id);
  const again = useMay("manage_alerts") && (delivery.status === "failed" || delivery.status === "dead");
  const payload =
    typeof delivery.payload === "string" ? delivery.payload : JSON.stringify(delivery.payload, null, 2);
  return (
    <>
      <PageHeader
        title={delivery.title}
        mark={<DeliveryBadge status={delivery.status} />}
        crumbs={[
          { text: "Alerts", link: { to: "/alerts" } },
          { text: "Deliveries", link: { to: "/alerts/deliveries" } },
        ]}
        actions={
          again && (
            <Button look="primary" icon={RotateCcw} busy={retry.isPending} onClick={() => retry.mutate()}>
              Try again now
            </Button>
          )
        }
      />
      <div className="mb-4 space-y-4 empty:hidden">
        <ProblemNotice error={retry.error} />
        {delivery.lastError && delivery.status !== "sent" && (
          <Notice kind={delivery.status === "dead" ? "error" : "warning"} live={false}>
            <p>
              <Said text={sentence(delivery.lastError)} />
            </p>
          </Notice>
        )}
      </div>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(18rem,22rem)]">
        <Panel title="What was sent">
          <CodeText tall label="the payload" text={payload} />
        </Panel>
        <div className="space-y-4">
          <Panel title="About it">
            <Facts
              facts={[
                {
                  name: "Channel",
                  value: (
                    <Link to="/alerts/deliveries" search={{ channel: delivery.channel.id }} className="link">
                      {delivery.channel.name}
                    </Link>
                  ),
                },
                { name: "Alert", value: delivery.alert?.name ?? "none: a test" },
                { name: "Events", value: delivery.events },
                { name: "Created", value: <Ago at={delivery.createdAt} /> },
                { name: "Sent", value: <Ago at={delivery.sentAt} none="not yet" /> },
                { name: "Next attempt", value: <Ago at={delivery.nextAttemptAt} none="none" /> },
              ]}
            />
          </Panel>
          <Panel title="Attempts" note={`${delivery.attempts}`}>
            {delivery.history.length === 0 && <p className="text-sm text-muted">None yet.</p>}
            <ol className="space-y-3 text-sm">
              {delivery.history.map((attempt) => (
                <li key={attempt.at}>
                  <p>
                    <Said text={sentence(attempt.outcome)} />
                  </p>
                  <p className="text-muted">
                    <Moment at={attempt.at} />
                    {attempt.milliseconds !== null && ` · ${milliseconds(attempt.milliseconds)}`}
                  </p>
                </li>
              ))}
            </ol>
          </Panel>
        </div>
      </div>
    </>
  );
}
