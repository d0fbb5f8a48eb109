import { useState } from "react";
import { Problem } from "@/api/problem";
import { useSession } from "@/api/session";
import { useInvite } from "@/api/settings";
import type { Role } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Choices } from "@/components/form/Choices";
import { Labelled } from "@/components/form/Labelled";
import { TextInput } from "@/components/form/TextInput";
import { Modal } from "@/components/overlay/Modal";
import { Once } from "./Once";
import { roleText, rolesToGive } from "./roles";

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { user } = useSession();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("user");
  const invite = useInvite();
  const errors = invite.error instanceof Problem ? invite.error.fields : {};
  if (invite.data) {
    return (
      <Modal open onOpenChange={onClose} title={`Invitation for ${invite.data.user.name}`}>
        <Once
          label="Invitation link"
          secret={invite.data.invitation}
          help="Send this link yourself: it lets its reader choose a password. It is shown only now; a new one can be made at any time."
          onClose={onClose}
        />
      </Modal>
    );
  }
  return (
    <Modal
      open
      onOpenChange={onClose}
      title="Invite someone"
      description="You get a link to send to them. Muster sends no mail of its own."
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate({ name: name.trim(), email: email.trim(), role });
        }}
      >
        <Labelled label="Name" error={errors.name}>
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Labelled>
        <Labelled label="E-mail address" help="They sign in with it." error={errors.email}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="email"
              required
              autoComplete="off"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Labelled>
        <Choices
          label="Role"
          value={role}
          onChange={setRole}
          choices={rolesToGive(user.role).map((value) => ({ value, ...roleText[value] }))}
        />
        <ProblemNotice error={invite.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={invite.isPending}>
            Make the link
          </Button>
        </div>
      </form>
    </Modal>
  );
}
