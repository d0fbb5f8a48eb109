import { useState } from "react";
import { useSaveChannel } from "@/api/alerts";
import { Problem } from "@/api/problem";
import type { Channel, ChannelKind } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Check } from "@/components/form/Check";
import { Choices } from "@/components/form/Choices";
import { Labelled } from "@/components/form/Labelled";
import { TextInput } from "@/components/form/TextInput";
import { VendorFields } from "@/components/form/VendorFields";
import { Modal } from "@/components/overlay/Modal";

interface Props {
  channel: Channel | null;
  kinds: ChannelKind[];
  onClose: () => void;
}

export function ChannelDialog({ channel, kinds, onClose }: Props) {
  const save = useSaveChannel(channel?.id ?? null);
  const [name, setName] = useState(channel?.name ?? "");
  const [kind, setKind] = useState<Channel["kind"]>(channel?.kind ?? kinds[0]?.kind ?? "webhook");
  const [values, setValues] = useState<Record<string, string>>(channel?.settings ?? {});
  const [insecure, setInsecure] = useState(channel?.allowInsecureEndpoint ?? false);
  const fields = kinds.find((one) => one.kind === kind)?.fields ?? [];
  const errors = save.error instanceof Problem ? save.error.fields : {};
  const chosen = (secret: boolean) =>
    Object.fromEntries(
      fields
        .filter((field) => field.secret === secret && (values[field.name] ?? "") !== "")
        .map((field) => [field.name, values[field.name] ?? ""]),
    );
  return (
    <Modal open onOpenChange={onClose} title={channel ? `Edit ${channel.name}` : "New channel"}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(
            {
              kind,
              name: name.trim(),
              settings: chosen(false),
              secrets: chosen(true),
              allowInsecureEndpoint: insecure,
            },
            { onSuccess: onClose },
          );
        }}
      >
        {channel === null && (
          <Choices
            label="Kind"
            value={kind}
            onChange={setKind}
            choices={kinds.map((one) => ({ value: one.kind, text: one.title, help: one.description }))}
          />
        )}
        <Labelled label="Name" error={errors.name}>
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              maxLength={100}
              placeholder="#security-alerts"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Labelled>
        <VendorFields
          fields={fields}
          values={values}
          errors={errors}
          kept={channel?.secretsSet ?? []}
          onChange={(field, value) => setValues((current) => ({ ...current, [field]: value }))}
        />
        <Check
          checked={insecure}
          onChange={setInsecure}
          help="For a receiver on your own machine or network. The message then travels unencrypted."
        >
          Allow an address that is not public HTTPS
        </Check>
        <ProblemNotice error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.isPending}>
            {channel ? "Save" : "Create channel"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
