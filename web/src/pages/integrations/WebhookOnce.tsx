import type { NewWebhook, Provider } from "@/api/types";
import { CopyButton } from "@/components/action/CopyButton";
import { Button } from "@/components/action/Button";
import { Labelled } from "@/components/form/Labelled";
import { TextInput } from "@/components/form/TextInput";
import { Steps } from "@/components/layout/Steps";
import { Modal } from "@/components/overlay/Modal";

interface Props {
  webhook: NewWebhook;
  provider: Provider;
  onClose: () => void;
}

/** The address of a webhook and what to do with it at the vendor. It is shown this once. */
export function WebhookOnce({ webhook, provider, onClose }: Props) {
  return (
    <Modal
      open
      wide
      onOpenChange={onClose}
      title="The webhook is ready"
      description="The address is a secret and is shown only now: Muster keeps no copy. If it is lost, replace it."
    >
      <div className="space-y-4">
        <Copied label="Address" text={webhook.url} />
        {webhook.header !== null && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Copied label="Authentication header" text={webhook.header.name} />
            <Copied label="Authentication secret" text={webhook.header.value} />
          </div>
        )}
        {webhook.steps.length > 0 && (
          <section aria-labelledby="webhook-steps">
            <h3 id="webhook-steps" className="mb-3 font-semibold">{`In ${provider.title}`}</h3>
            <Steps steps={webhook.steps} />
          </section>
        )}
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function Copied({ label, text }: { label: string; text: string }) {
  return (
    <Labelled label={label}>
      {(wiring) => (
        <span className="flex gap-2">
          <TextInput
            {...wiring}
            readOnly
            value={text}
            className="font-mono text-sm"
            onFocus={(event) => event.target.select()}
          />
          <CopyButton small label={`Copy the ${label.toLowerCase()}`} text={text} />
        </span>
      )}
    </Labelled>
  );
}
