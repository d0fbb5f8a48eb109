import { Link } from "@tanstack/react-router";
import { Bell, FileClock, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useDeleteAlert, useEnableAlert } from "@/api/alerts";
import type { Alert, Channel } from "@/api/types";
import { IconButton } from "@/components/action/IconButton";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Toggle } from "@/components/form/Toggle";
import { Confirm } from "@/components/overlay/Confirm";
import { Ago } from "@/components/text/Time";
import { alertWords } from "./alertWords";

interface Props {
  alert: Alert;
  channels: Channel[];
  manages: boolean;
  onEdit: () => void;
}

export function AlertRow({ alert, channels, manages, onEdit }: Props) {
  const [deleting, setDeleting] = useState(false);
  const enable = useEnableAlert(alert.id);
  const remove = useDeleteAlert();
  const Icon = alert.kind === "finding" ? Bell : FileClock;
  const names = alert.channels.map(
    (id) => channels.find((one) => one.id === id)?.name ?? "a channel that is gone",
  );
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-3">
      <Icon aria-hidden className="mt-1 size-4 shrink-0 text-muted" />
      <div className="min-w-0 flex-1 basis-60">
        <h2 className="font-medium">{alert.name}</h2>
        <p className="text-sm text-muted">{alertWords(alert)}</p>
        <p className="text-sm text-muted">
          {names.length === 0 ? "To no channel" : `To ${names.join(", ")}`}
          {" · "}
          <Link to="/alerts/deliveries" search={{ alert: alert.id }} className="link">
            {alert.lastSentAt ? "last sent " : "nothing sent yet"}
            {alert.lastSentAt && <Ago at={alert.lastSentAt} />}
          </Link>
        </p>
        <ProblemNotice error={enable.error} />
      </div>
      {manages ? (
        <div className="flex items-center gap-1">
          <Toggle
            label={`${alert.name} is on`}
            checked={alert.enabled}
            disabled={enable.isPending}
            onChange={(on) => enable.mutate(on)}
          />
          <span className="mr-2 ml-1 w-6 text-sm text-muted">{alert.enabled ? "on" : "off"}</span>
          <IconButton label={`Edit ${alert.name}`} icon={Pencil} onClick={onEdit} />
          <IconButton label={`Delete ${alert.name}`} icon={Trash2} onClick={() => setDeleting(true)} />
        </div>
      ) : (
        <span className="text-sm text-muted">{alert.enabled ? "on" : "off"}</span>
      )}
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete ${alert.name}?`}
        action="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(alert.id, { onSuccess: () => setDeleting(false) })}
      >
        <p>It sends nothing more. What it sent stays in the deliveries.</p>
      </Confirm>
    </li>
  );
}
