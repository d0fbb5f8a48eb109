import { Ban, Check, Ellipsis, Link2, Trash2, UserCog } from "lucide-react";
import { useState } from "react";
import { useSession } from "@/api/session";
import { useChangeUser, useDeleteUser, useInviteAgain } from "@/api/settings";
import type { User } from "@/api/types";
import { IconButton } from "@/components/action/IconButton";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Confirm } from "@/components/overlay/Confirm";
import { Menu, MenuItem, MenuLine } from "@/components/overlay/Menu";
import { Modal } from "@/components/overlay/Modal";
import { Once } from "./Once";
import { roleText, rolesToGive } from "./roles";

/** What may be done with another user. Nobody changes their own role. */
export function UserActions({ user }: { user: User }) {
  const { user: me } = useSession();
  const [deleting, setDeleting] = useState(false);
  const change = useChangeUser();
  const invite = useInviteAgain();
  const remove = useDeleteUser();
  if (user.id === me.id) return <span className="text-sm text-muted">you</span>;
  if (user.role === "owner" && me.role !== "owner") return null;
  const error = change.error ?? invite.error;
  return (
    <>
      <Menu trigger={<IconButton label={`Actions for ${user.name}`} icon={Ellipsis} />}>
        {rolesToGive(me.role)
          .filter((role) => role !== user.role)
          .map((role) => (
            <MenuItem key={role} icon={UserCog} onSelect={() => change.mutate({ id: user.id, role })}>
              {`Make ${roleText[role].text.toLowerCase()}`}
            </MenuItem>
          ))}
        <MenuItem icon={Link2} onSelect={() => invite.mutate(user.id)}>
          New invitation link
        </MenuItem>
        <MenuItem
          icon={user.disabled ? Check : Ban}
          onSelect={() => change.mutate({ id: user.id, disabled: !user.disabled })}
        >
          {user.disabled ? "Enable" : "Disable"}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      <Modal
        open={error !== null}
        onOpenChange={() => {
          change.reset();
          invite.reset();
        }}
        title="That could not be done"
      >
        <ProblemNotice error={error} />
      </Modal>
      <Modal
        open={invite.data !== undefined}
        onOpenChange={() => invite.reset()}
        title={`Invitation for ${user.name}`}
      >
        <Once
          label="Invitation link"
          secret={invite.data?.invitation ?? ""}
          help="It lets its reader choose a new password. Links made before no longer work."
          onClose={() => invite.reset()}
        />
      </Modal>
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete ${user.name}?`}
        action="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(user.id, { onSuccess: () => setDeleting(false) })}
      >
        <p>Their sessions end and their keys stop working. What they did stays in the audit log.</p>
      </Confirm>
    </>
  );
}
