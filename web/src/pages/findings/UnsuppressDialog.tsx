import { useState } from "react";
import { useUnsuppress } from "@/api/findings";
import type { FindingDetail } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Labelled } from "@/components/form/Labelled";
import { TextArea } from "@/components/form/TextInput";
import { Modal } from "@/components/overlay/Modal";

interface Props {
  finding: FindingDetail;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function UnsuppressDialog({ finding, open, onOpenChange }: Props) {
  const [reason, setReason] = useState("");
  const unsuppress = useUnsuppress(finding.id);
  return (
    <Modal
      open={open}
      onOpenChange={onOpenChange}
      title="Take the suppression away"
      description="The finding counts as open again for as long as the resource breaks the rule."
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          unsuppress.mutate(reason.trim(), { onSuccess: () => onOpenChange(false) });
        }}
      >
        <Labelled label="Reason">
          {(wiring) => (
            <TextArea
              {...wiring}
              required
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Labelled>
        <ProblemNotice error={unsuppress.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" look="primary" busy={unsuppress.isPending} disabled={reason.trim() === ""}>
            Take it away
          </Button>
        </div>
      </form>
    </Modal>
  );
}
