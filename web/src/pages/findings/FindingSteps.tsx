import {
  CalendarClock,
  CircleCheck,
  CircleDot,
  Eye,
  EyeOff,
  MessageSquare,
  RotateCcw,
  UserRound,
  type LucideIcon,
} from "lucide-react";
import { useState } from "react";
import { useComment } from "@/api/findings";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import type { FindingDetail, Step } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Labelled } from "@/components/form/Labelled";
import { TextArea } from "@/components/form/TextInput";
import { Panel } from "@/components/layout/Panel";
import { Ago } from "@/components/text/Time";

const faces: Record<Step["kind"], { icon: LucideIcon; text: string; style: string }> = {
  opened: { icon: CircleDot, text: "opened", style: "text-high" },
  reopened: { icon: RotateCcw, text: "opened again", style: "text-high" },
  resolved: { icon: CircleCheck, text: "resolved", style: "text-good" },
  suppressed: { icon: EyeOff, text: "suppressed it", style: "text-muted" },
  unsuppressed: { icon: Eye, text: "took the suppression away", style: "text-muted" },
  assigned: { icon: UserRound, text: "assigned it", style: "text-muted" },
  due: { icon: CalendarClock, text: "set the due date", style: "text-muted" },
  comment: { icon: MessageSquare, text: "wrote", style: "text-muted" },
};

/** What happened to a finding, the newest last, and a place to add a word. */
export function FindingSteps({ finding }: { finding: FindingDetail }) {
  const steps = [...finding.steps].sort((one, other) => one.at.localeCompare(other.at));
  return (
    <Panel title="History">
      <ol className="space-y-4">
        {steps.map((step, index) => (
          <StepEntry key={`${step.at}-${index}`} step={step} />
        ))}
      </ol>
      <CommentForm finding={finding} />
    </Panel>
  );
}

function StepEntry({ step }: { step: Step }) {
  const { icon: Icon, text, style } = faces[step.kind];
  return (
    <li className="flex gap-2.5 text-sm">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${style}`} />
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-medium">{step.by ?? "Muster"}</span>{" "}
          {step.by === null &&
          (step.kind === "opened" || step.kind === "reopened" || step.kind === "resolved")
            ? text
            : text}
          <span className="text-muted">
            {" · "}
            <Ago at={step.at} />
          </span>
        </p>
        {step.text && <p className="mt-0.5 whitespace-pre-wrap">{step.text}</p>}
        {step.cause && (
          <p className="mt-0.5 text-muted">
            <Said text={sentence(step.cause)} />
          </p>
        )}
      </div>
    </li>
  );
}

function CommentForm({ finding }: { finding: FindingDetail }) {
  const [text, setText] = useState("");
  const comment = useComment(finding.id);
  return (
    <form
      className="mt-5 space-y-2 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        comment.mutate(text.trim(), { onSuccess: () => setText("") });
      }}
    >
      <Labelled label="Comment">
        {(wiring) => (
          <TextArea
            {...wiring}
            required
            rows={2}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Labelled>
      <ProblemNotice error={comment.error} />
      <Button type="submit" busy={comment.isPending} disabled={text.trim() === ""}>
        Add comment
      </Button>
    </form>
  );
}
