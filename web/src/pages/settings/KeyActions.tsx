import { Ban, Check, Ellipsis, Trash2 } from "lucide-react";
import { useState } from "react";
import { useChangeKey, useDeleteKey } from "@/api/settings";
import type { ApiKey } from "@/api/types";
import { IconButton } from "@/components/action/IconButton";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Confirm } from "@/components/overlay/Confirm";
import { Menu, MenuItem, MenuLine } from "@/components/overlay/Menu";
import { Modal } from "@/components/overlay/Modal";

export function KeyActions({ apiKey }: { apiKey: ApiKey }) {
  const [deleting, setDeleting] = useState(false);
  const change = useChangeKey();
  const remove = useDeleteKey();
  return (
    <>
      <Menu trigger={<IconButton label={`Actions for ${apiKey.name}`} icon={Ellipsis} />}>
        <MenuItem
          icon={apiKey.disabled ? Check : Ban}
          onSelect={() => change.mutate({ id: apiKey.id, disabled: !apiKey.disabled })}
        >
          {apiKey.disabled ? "Enable" : "Disable"}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      <Modal open={change.error !== null} onOpenChange={() => change.reset()} title="That could not be done">
        <ProblemNotice error={change.error} />
      </Modal>
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete the key ${apiKey.name}?`}
        action="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(apiKey.id, { onSuccess: () => setDeleting(false) })}
      >
        <p>Whatever uses it is refused from now on.</p>
      </Confirm>
    </>
  );
}
