import { Link, useRouter } from "@tanstack/react-router";
import { Ellipsis, ListRestart, Pause, Play, RefreshCw, Settings2, Trash2 } from "lucide-react";
import { useState } from "react";
import { useChangeIntegration, useDeleteIntegration, useSync } from "@/api/integrations";
import type { Integration } from "@/api/types";
import { Button } from "@/components/action/Button";
import { IconButton } from "@/components/action/IconButton";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Confirm } from "@/components/overlay/Confirm";
import { Menu, MenuItem, MenuLine } from "@/components/overlay/Menu";
import { counted } from "@/components/text/numbers";

interface Props {
  integration: Integration;
  /** Nothing is collected for it: people push. */
  pushed: boolean;
}

/** What may be done with an integration. */
export function IntegrationActions({ integration, pushed }: Props) {
  const router = useRouter();
  const [deleting, setDeleting] = useState(false);
  const sync = useSync(integration.id);
  const change = useChangeIntegration(integration.id);
  const remove = useDeleteIntegration(integration.id);
  const busy = integration.state === "running" || sync.isPending;
  return (
    <>
      {pushed ? null : integration.enabled ? (
        <>
          <Button icon={RefreshCw} busy={busy} onClick={() => sync.mutate({})}>
            {integration.state === "running" ? "Collecting" : "Sync now"}
          </Button>
          <Button icon={Pause} busy={change.isPending} onClick={() => change.mutate({ enabled: false })}>
            Disable
          </Button>
        </>
      ) : (
        <Button
          look="primary"
          icon={Play}
          busy={change.isPending}
          onClick={() => change.mutate({ enabled: true })}
        >
          Enable
        </Button>
      )}
      <Button asChild>
        <Link to="/integrations/$id/settings" params={{ id: integration.id }}>
          <Settings2 aria-hidden className="size-4" />
          Edit
        </Link>
      </Button>
      <Menu trigger={<IconButton label="More actions" icon={Ellipsis} />}>
        {!pushed && (
          <>
            <MenuItem
              icon={ListRestart}
              disabled={busy || !integration.enabled}
              onSelect={() => sync.mutate({ full: true })}
            >
              List everything again
            </MenuItem>
            <MenuLine />
          </>
        )}
        <MenuItem icon={Trash2} danger onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      {(sync.error ?? change.error) !== null && (
        <div className="basis-full">
          <ProblemNotice error={sync.error ?? change.error} />
        </div>
      )}
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete ${integration.name}?`}
        action="Delete for ever"
        typed={integration.name}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(integration.name, { onSuccess: () => void router.navigate({ to: "/integrations" }) })
        }
      >
        <p>
          {`The integration goes, and with it ${counted(integration.resources, "resource")}, their whole history and their findings. This cannot be undone.`}
        </p>
        {!pushed && <p>To stop collecting for a while, disable it instead.</p>}
      </Confirm>
    </>
  );
}
