import { useSuspenseQuery } from "@tanstack/react-query";
import { Plus, Radio } from "lucide-react";
import { useState } from "react";
import { channelKindsQuery, channelsQuery } from "@/api/alerts";
import { useMay } from "@/api/session";
import type { Channel } from "@/api/types";
import { Button } from "@/components/action/Button";
import { EmptyState } from "@/components/feedback/EmptyState";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { AlertTabs } from "./AlertTabs";
import { ChannelDialog } from "./ChannelDialog";
import { ChannelRow } from "./ChannelRow";

export default function ChannelsPage() {
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(channelKindsQuery);
  const manages = useMay("manage_alerts");
  const [edited, setEdited] = useState<Channel | "new" | null>(null);
  return (
    <>
      <PageHeader
        title="Channels"
        crumbs={[{ text: "Alerts", link: { to: "/alerts" } }]}
        description="The ways a message leaves Muster."
        actions={
          manages && (
            <Button look="primary" icon={Plus} onClick={() => setEdited("new")}>
              New channel
            </Button>
          )
        }
      />
      <AlertTabs />
      <Panel flush>
        {channels.length === 0 ? (
          <EmptyState
            icon={Radio}
            title="No channel yet"
            action={
              manages && (
                <Button look="primary" onClick={() => setEdited("new")}>
                  New channel
                </Button>
              )
            }
          >
            {`Muster can send by ${kinds.map((kind) => kind.title).join(", ")}. A test message shows at once whether it arrives.`}
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {channels.map((channel) => (
              <ChannelRow
                key={channel.id}
                channel={channel}
                kind={kinds.find((kind) => kind.kind === channel.kind)}
                manages={manages}
                onEdit={() => setEdited(channel)}
              />
            ))}
          </ul>
        )}
      </Panel>
      {edited !== null && (
        <ChannelDialog
          channel={edited === "new" ? null : edited}
          kinds={kinds}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}
