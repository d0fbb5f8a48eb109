import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSaveAlert } from "@/api/alerts";
import { integrationsQuery } from "@/api/integrations";
import { Problem } from "@/api/problem";
import type { Alert, Channel } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Choices } from "@/components/form/Choices";
import { Labelled } from "@/components/form/Labelled";
import { PickMany } from "@/components/form/PickMany";
import { TextInput } from "@/components/form/TextInput";
import { Modal } from "@/components/overlay/Modal";
import { draftOf, newAlert, type AlertDraft } from "./alertDraft";
import { ChangeFields } from "./ChangeFields";
import { FindingFields } from "./FindingFields";

interface Props {
  alert: Alert | null;
  channels: Channel[];
  onClose: () => void;
}

export function AlertDialog({ alert, channels, onClose }: Props) {
  const { data: integrations = [] } = useQuery(integrationsQuery);
  const save = useSaveAlert(alert?.id ?? null);
  const [draft, setDraft] = useState(() =>
    draftOf(
      alert,
      channels.map((channel) => channel.id),
    ),
  );
  const change = (part: Partial<AlertDraft>) => setDraft((current) => ({ ...current, ...part }));
  const errors = save.error instanceof Problem ? save.error.fields : {};
  return (
    <Modal open onOpenChange={onClose} title={alert ? `Edit ${alert.name}` : "New alert"}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(newAlert(draft), { onSuccess: onClose });
        }}
      >
        <Labelled label="Name" error={errors.name}>
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              maxLength={100}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Labelled>
        <Choices
          label="It watches"
          value={draft.kind}
          onChange={(kind) => change({ kind })}
          choices={[
            { value: "finding", text: "Findings", help: "A resource begins or ceases to break a rule." },
            {
              value: "change",
              text: "Changes",
              help: "Something is added, modified or removed, whatever a rule says.",
            },
          ]}
        />
        {draft.kind === "finding" ? (
          <FindingFields draft={draft} onChange={change} />
        ) : (
          <ChangeFields draft={draft} onChange={change} />
        )}
        {integrations.length > 1 && (
          <PickMany
            label="In"
            none="All integrations"
            choices={integrations.map((one) => ({ value: one.id, text: one.name }))}
            value={draft.integrations}
            onChange={(next) => change({ integrations: next })}
          />
        )}
        <PickMany
          label="Sent to"
          none="No channel"
          choices={channels.map((channel) => ({ value: channel.id, text: channel.name }))}
          value={draft.channels}
          onChange={(next) => change({ channels: next })}
        />
        <ProblemNotice error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.isPending} disabled={draft.channels.length === 0}>
            {alert ? "Save" : "Create alert"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
