import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleOff,
  CirclePause,
  CircleX,
  Clock,
  EyeOff,
  LoaderCircle,
  Minus,
  Pencil,
  Plus,
  Send,
  type LucideIcon,
} from "lucide-react";
import type { Delivery, FindingStatus, IntegrationState, Verdict } from "@/api/types";
import { Badge, type Tone } from "./Badge";

interface Face {
  tone: Tone;
  icon: LucideIcon;
  text: string;
  moving?: boolean;
}

const integration: Record<IntegrationState, Face> = {
  new: { tone: "info", icon: CircleDashed, text: "Not yet polled" },
  running: { tone: "accent", icon: LoaderCircle, text: "Collecting", moving: true },
  complete: { tone: "good", icon: CircleCheck, text: "Complete" },
  incomplete: { tone: "medium", icon: CircleAlert, text: "Incomplete" },
  failing: { tone: "critical", icon: CircleX, text: "Failing" },
  disabled: { tone: "info", icon: CirclePause, text: "Disabled" },
};

const typeStatus: Record<string, Face> = {
  complete: { tone: "good", icon: CircleCheck, text: "Complete" },
  incomplete: { tone: "medium", icon: CircleAlert, text: "Incomplete" },
  not_permitted: { tone: "low", icon: Ban, text: "Not permitted" },
  not_available: { tone: "info", icon: CircleOff, text: "Not available" },
  skipped: { tone: "info", icon: Minus, text: "Skipped" },
  waiting: { tone: "info", icon: Clock, text: "Waiting" },
};

const change: Record<string, Face> = {
  added: { tone: "good", icon: Plus, text: "Added" },
  modified: { tone: "medium", icon: Pencil, text: "Modified" },
  removed: { tone: "critical", icon: Minus, text: "Removed" },
};

const finding: Record<FindingStatus, Face> = {
  open: { tone: "high", icon: CircleDot, text: "Open" },
  resolved: { tone: "good", icon: CircleCheck, text: "Resolved" },
  suppressed: { tone: "info", icon: EyeOff, text: "Suppressed" },
};

export const verdicts: Record<Verdict, Face> = {
  pass: { tone: "good", icon: CircleCheck, text: "Pass" },
  fail: { tone: "critical", icon: CircleX, text: "Fail" },
  not_evaluated: { tone: "medium", icon: CircleDashed, text: "Not evaluated" },
  not_applicable: { tone: "info", icon: CircleOff, text: "Not applicable" },
  not_decided: { tone: "info", icon: Minus, text: "Not decided here" },
};

const delivery: Record<Delivery["status"], Face> = {
  waiting: { tone: "info", icon: Clock, text: "Waiting" },
  sent: { tone: "good", icon: Send, text: "Sent" },
  failed: { tone: "medium", icon: CircleAlert, text: "Will be tried again" },
  dead: { tone: "critical", icon: CircleX, text: "Given up" },
};

/** A word the server may learn before this page does is shown as it is. */
const unknown = (text: string): Face => ({ tone: "info", icon: CircleDashed, text });

export const typeStatusFace = (status: string): Face => typeStatus[status] ?? unknown(status);

function Shown({ face }: { face: Face }) {
  return (
    <Badge tone={face.tone} icon={face.icon} moving={face.moving}>
      {face.text}
    </Badge>
  );
}

export const IntegrationBadge = ({ state }: { state: IntegrationState }) => (
  <Shown face={integration[state]} />
);
export const TypeBadge = ({ status }: { status: string }) => <Shown face={typeStatusFace(status)} />;
export const ChangeBadge = ({ kind }: { kind: string }) => <Shown face={change[kind] ?? unknown(kind)} />;
export const FindingBadge = ({ status }: { status: FindingStatus }) => <Shown face={finding[status]} />;
export const VerdictBadge = ({ verdict }: { verdict: Verdict }) => <Shown face={verdicts[verdict]} />;
export const DeliveryBadge = ({ status }: { status: Delivery["status"] }) => (
  <Shown face={delivery[status]} />
);
