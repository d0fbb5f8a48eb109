import { Link } from "@tanstack/react-router";
import { Pencil, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { useChangeChannel, useDeleteChannel, useTestChannel } from "@/api/alerts";
import { sentence } from "@/api/problem";
import type { Channel, ChannelKind, Delivery } from "@/api/types";
import { Button } from "@/components/action/Button";
import { IconButton } from "@/components/action/IconButton";
import { DeliveryBadge } from "@/components/badge/states";
import { Notice } from "@/components/feedback/Notice";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Toggle } from "@/components/form/Toggle";
import { Confirm } from "@/components/overlay/Confirm";
import { Ago } from "@/components/text/Time";
import { ChannelIcon } from "./ChannelIcon";

interface Props {
  channel: Channel;
  kind: ChannelKind | undefined;
  manages: boolean;
  onEdit: () => void;
}

export function ChannelRow({ channel, kind, manages, onEdit }: Props) {
  const [deleting, setDeleting] = useState(false);
  const test = useTestChannel(channel.id);
  const change = useChangeChannel(channel.id);
  const remove = useDeleteChannel();
  const shown = Object.values(channel.settings).filter((value) => value !== "");
  return (
    <li className="space-y-3 px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <ChannelIcon kind={channel.kind} />
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="font-medium">{channel.name}</h2>
          <p className="text-sm break-words text-muted">
            {[kind?.title ?? channel.kind, ...shown].join(" · ")}
          </p>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
            {channel.lastDelivery ? (
              <>
                <DeliveryBadge status={channel.lastDelivery.status} />
                <Link to="/alerts/deliveries" search={{ channel: channel.id }} className="link">
                  <Ago at={channel.lastDelivery.createdAt} />
                </Link>
              </>
            ) : (
              "nothing sent yet"
            )}
          </p>
        </div>
        {manages && (
          <div className="flex flex-wrap items-center gap-1">
            <Toggle
              label={`${channel.name} is on`}
              checked={channel.enabled}
              disabled={change.isPending}
              onChange={(enabled) => change.mutate({ enabled })}
            />
            <span className="mr-2 ml-1 w-6 text-sm text-muted">{channel.enabled ? "on" : "off"}</span>
            <Button icon={Send} busy={test.isPending} onClick={() => test.mutate()}>
              Send a test
            </Button>
            <IconButton label={`Edit ${channel.name}`} icon={Pencil} onClick={onEdit} />
            <IconButton label={`Delete ${channel.name}`} icon={Trash2} onClick={() => setDeleting(true)} />
          </div>
        )}
      </div>
      {test.data && <TestAnswer delivery={test.data} />}
      <ProblemNotice
        error={test.error ?? change.error}
        title={test.error ? "The test message did not arrive" : undefined}
      />
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete ${channel.name}?`}
        action="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(channel.id, { onSuccess: () => setDeleting(false) })}
      >
        <p>Alerts that send to it send there no more. What still waits is given up.</p>
      </Confirm>
    </li>
  );
}

/** What the other side answered to the test, in words. */
function TestAnswer({ delivery }: { delivery: Delivery }) {
  const sent = delivery.status === "sent";
  return (
    <Notice
      kind={sent ? "good" : "error"}
      title={sent ? "The test message was accepted" : "The test message did not arrive"}
      action={
        <Link to="/alerts/deliveries/$id" params={{ id: delivery.id }} className="link">
          See it
        </Link>
      }
    >
      <p>
        {sent ? "Look for it at the other end." : sentence(delivery.lastError ?? "no answer was received")}
      </p>
    </Notice>
  );
}
