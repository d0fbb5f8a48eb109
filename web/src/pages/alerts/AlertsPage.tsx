import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, Plus } from "lucide-react";
import { useState } from "react";
import { alertsQuery, channelsQuery } from "@/api/alerts";
import { useMay } from "@/api/session";
import type { Alert } from "@/api/types";
import { Button } from "@/components/action/Button";
import { EmptyState } from "@/components/feedback/EmptyState";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { AlertDialog } from "./AlertDialog";
import { AlertRow } from "./AlertRow";
import { AlertTabs } from "./AlertTabs";

export default function AlertsPage() {
  const { data: alerts } = useSuspenseQuery(alertsQuery);
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const manages = useMay("manage_alerts");
  const [edited, setEdited] = useState<Alert | "new" | null>(null);
  const noChannel = channels.length === 0;
  return (
    <>
      <PageHeader
        title="Alerts"
        description="Tell the right people when a finding opens or something changes."
        actions={
          manages &&
          !noChannel && (
            <Button look="primary" icon={Plus} onClick={() => setEdited("new")}>
              New alert
            </Button>
          )
        }
      />
      <AlertTabs />
      <Panel flush>
        {alerts.length === 0 ? (
          <EmptyState
            icon={Bell}
            title={noChannel ? "Nobody is told anything yet" : "No alert yet"}
            action={
              manages &&
              (noChannel ? (
                <Button asChild look="primary">
                  <Link to="/alerts/channels">Add a channel first</Link>
                </Button>
              ) : (
                <Button look="primary" onClick={() => setEdited("new")}>
                  New alert
                </Button>
              ))
            }
          >
            An alert watches findings or changes and sends them through a channel: Slack, e-mail or a webhook.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {alerts.map((alert) => (
              <AlertRow
                key={alert.id}
                alert={alert}
                channels={channels}
                manages={manages}
                onEdit={() => setEdited(alert)}
              />
            ))}
          </ul>
        )}
      </Panel>
      {edited !== null && (
        <AlertDialog
          alert={edited === "new" ? null : edited}
          channels={channels}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}
