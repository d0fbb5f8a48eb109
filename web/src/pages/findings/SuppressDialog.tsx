import { useState } from "react";
import { useSuppress } from "@/api/findings";
import { Problem } from "@/api/problem";
import type { FindingDetail } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Labelled } from "@/components/form/Labelled";
import { Select } from "@/components/form/Select";
import { TextArea } from "@/components/form/TextInput";
import { Modal } from "@/components/overlay/Modal";

interface Props {
  finding: FindingDetail;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const spans = [
  { value: "30", text: "for 30 days" },
  { value: "90", text: "for 90 days" },
  { value: "365", text: "for a year" },
  { value: "", text: "until someone takes it away" },
];

/** Accepts a finding, with a reason that stays. */
export function SuppressDialog({ finding, open, onOpenChange }: Props) {
  const [reason, setReason] = useState("");
  const [days, setDays] = useState("90");
  const suppress = useSuppress(finding.id);
  const refused = suppress.error instanceof Problem ? suppress.error.fields.reason : undefined;
  const until = () => (days === "" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString());
  return (
    <Modal
      open={open}
      onOpenChange={onOpenChange}
      title="Suppress this finding"
      description={`${finding.label} will not count as open, and no alert is sent about it.`}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          suppress.mutate(
            { reason: reason.trim(), until: until() },
            { onSuccess: () => onOpenChange(false) },
          );
        }}
      >
        <Labelled
          label="Reason"
          help="Everybody who sees the finding reads it. It stays in the history."
          error={refused}
        >
          {(wiring) => (
            <TextArea
              {...wiring}
              required
              placeholder="Break-glass account, kept in the safe; reviewed each quarter."
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Labelled>
        <Labelled label="It holds">
          {(wiring) => (
            <Select
              {...wiring}
              className="w-full"
              choices={spans}
              value={days}
              onChange={(event) => setDays(event.target.value)}
            />
          )}
        </Labelled>
        <ProblemNotice error={suppress.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" look="primary" busy={suppress.isPending} disabled={reason.trim() === ""}>
            Suppress
          </Button>
        </div>
      </form>
    </Modal>
  );
}
