import { useId, useState, type ReactNode } from "react";
import { Button } from "../action/Button";
import { ProblemNotice } from "../feedback/ProblemNotice";
import { TextInput } from "../form/TextInput";
import { Modal } from "./Modal";

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  action: string;
  /** What has to be typed before the button works. */
  typed?: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm({
  open,
  onOpenChange,
  title,
  children,
  action,
  typed,
  busy,
  error,
  onConfirm,
}: Props) {
  const [text, setText] = useState("");
  const id = useId();
  const ready = typed === undefined || text === typed;
  return (
    <Modal
      open={open}
      onOpenChange={(next) => {
        setText("");
        onOpenChange(next);
      }}
      title={title}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onConfirm();
        }}
      >
        <div className="space-y-2 text-muted">{children}</div>
        {typed !== undefined && (
          <div>
            <label htmlFor={id} className="mb-1 block text-sm">
              Type <strong className="font-semibold text-ink">{typed}</strong> to confirm
            </label>
            <TextInput
              id={id}
              value={text}
              autoComplete="off"
              onChange={(event) => setText(event.target.value)}
            />
          </div>
        )}
        <ProblemNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" look="danger" busy={busy} disabled={!ready}>
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
