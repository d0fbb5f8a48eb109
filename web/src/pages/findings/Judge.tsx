import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import type { FindingDetail } from "@/api/types";
import { Button } from "@/components/action/Button";
import { SuppressDialog } from "./SuppressDialog";
import { UnsuppressDialog } from "./UnsuppressDialog";

/** The decision of a person over a finding. */
export function Judge({ finding }: { finding: FindingDetail }) {
  const [open, setOpen] = useState(false);
  const suppressed = finding.status === "suppressed";
  return (
    <>
      <Button icon={suppressed ? Eye : EyeOff} onClick={() => setOpen(true)}>
        {suppressed ? "Take the suppression away" : "Suppress"}
      </Button>
      {suppressed ? (
        <UnsuppressDialog finding={finding} open={open} onOpenChange={setOpen} />
      ) : (
        <SuppressDialog finding={finding} open={open} onOpenChange={setOpen} />
      )}
    </>
  );
}
