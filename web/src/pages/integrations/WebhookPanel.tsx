import { useQuery } from "@tanstack/react-query";
import { RotateCcwKey, Trash2, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import type { Integration, Provider, Webhook } from "@/api/types";
import { useMakeWebhook, useRemoveWebhook, webhookQuery } from "@/api/webhooks";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Panel } from "@/components/layout/Panel";
import { Confirm } from "@/components/overlay/Confirm";
import { count, counted } from "@/components/text/numbers";
import { Ago } from "@/components/text/Time";
import { WebhookOnce } from "./WebhookOnce";

interface Props {
  integration: Integration;
  provider: Provider;
  manages: boolean;
}

/** The way by which the vendor tells of a change at once. */
export function WebhookPanel({ integration, provider, manages }: Props) {
  const { data: webhook, error } = useQuery(webhookQuery(integration.id));
  const make = useMakeWebhook(integration.id);
  const remove = useRemoveWebhook(integration.id);
  const [asking, setAsking] = useState<"replace" | "remove" | null>(null);
  const begin = () => make.mutate(undefined, { onSuccess: () => setAsking(null) });
  return (
    <Panel
      title="Webhook"
      note={webhook?.active === false ? "none" : undefined}
      actions={
        manages &&
        webhook?.active && (
          <>
            <Button icon={RotateCcwKey} onClick={() => setAsking("replace")}>
              Replace
            </Button>
            <Button icon={Trash2} onClick={() => setAsking("remove")}>
              Remove
            </Button>
          </>
        )
      }
    >
      <ProblemNotice error={error ?? (asking === null ? make.error : null)} />
      {webhook?.active && <Received webhook={webhook} title={provider.title} />}
      {webhook?.active === false && (
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <p className="max-w-[68ch] text-muted">
            {`With a webhook ${provider.title} tells Muster of a change when it happens, instead of at the next poll.`}
          </p>
          {manages && (
            <Button icon={WebhookIcon} busy={make.isPending} onClick={begin}>
              Make a webhook
            </Button>
          )}
        </div>
      )}
      {make.data && <WebhookOnce webhook={make.data} provider={provider} onClose={() => make.reset()} />}
      <Confirm
        open={asking === "replace"}
        onOpenChange={() => setAsking(null)}
        title="Replace the webhook?"
        action="Replace"
        busy={make.isPending}
        error={make.error}
        onConfirm={begin}
      >
        <p>{`Muster makes another address. What ${provider.title} sends to the old one is refused from then on, until the new one is entered there.`}</p>
      </Confirm>
      <Confirm
        open={asking === "remove"}
        onOpenChange={() => setAsking(null)}
        title="Remove the webhook?"
        action="Remove"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setAsking(null) })}
      >
        <p>{`What ${provider.title} sends is refused from then on. Changes are still seen at every poll.`}</p>
        <p>{`Take it away at ${provider.title} too, or it goes on trying.`}</p>
      </Confirm>
    </Panel>
  );
}

function Received({ webhook, title }: { webhook: Webhook; title: string }) {
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-3 text-sm">
      <div>
        <dt className="text-muted">Last received</dt>
        <dd className="font-medium">
          <Ago at={webhook.lastReceivedAt} none="nothing yet" />
        </dd>
      </div>
      <div>
        <dt className="text-muted">Received</dt>
        <dd className="font-medium tabular-nums">{count(webhook.received)}</dd>
      </div>
      <div>
        <dt className="text-muted">Waiting</dt>
        <dd className="font-medium tabular-nums">{count(webhook.waiting)}</dd>
      </div>
      <div>
        <dt className="text-muted">Made</dt>
        <dd className="font-medium">
          <Ago at={webhook.createdAt} />
        </dd>
      </div>
      {webhook.notUnderstood > 0 && (
        <div className="basis-full text-medium">
          {`${counted(webhook.notUnderstood, "message")} from ${title} could not be understood and ${webhook.notUnderstood === 1 ? "is" : "are"} kept aside. What ${webhook.notUnderstood === 1 ? "it tells" : "they tell"} is seen at the next poll.`}
        </div>
      )}
    </dl>
  );
}
