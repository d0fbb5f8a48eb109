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
import type { ChangeKind, Delivery, FindingStatus, IntegrationState, TypeState, Verdict } from "@/api/types";
import { classes } from "../classes";
import { Badge, inks, type Tone } from "./Badge";

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

const nothingPushed: Face = { tone: "info", icon: CircleDashed, text: "Nothing pushed yet" };

const typeStatus: Record<TypeState["status"], Face> = {
  complete: { tone: "good", icon: CircleCheck, text: "Complete" },
  incomplete: { tone: "medium", icon: CircleAlert, text: "Incomplete" },
  not_permitted: { tone: "low", icon: Ban, text: "Not permitted" },
  not_available: { tone: "info", icon: CircleOff, text: "Not available" },
  skipped: { tone: "info", icon: Minus, text: "Skipped" },
  waiting: { tone: "info", icon: Clock, text: "Waiting" },
};

const change: Record<ChangeKind, Face> = {
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

export const typeStatusName = (status: TypeState["status"]) => typeStatus[status].text;
export const changeName = (kind: ChangeKind) => change[kind].text;

function Shown({ face }: { face: Face }) {
  return (
    <Badge tone={face.tone} icon={face.icon} moving={face.moving}>
      {face.text}
    </Badge>
  );
}

/** Where resources are pushed nobody polls. */
export const IntegrationBadge = ({ state, pushed }: { state: IntegrationState; pushed?: boolean }) => (
  <Shown face={state === "new" && pushed ? nothingPushed : integration[state]} />
);
export const TypeBadge = ({ status }: { status: TypeState["status"] }) => <Shown face={typeStatus[status]} />;
export const ChangeBadge = ({ kind }: { kind: ChangeKind }) => <Shown face={change[kind]} />;
/** The picture of a kind alone, beside its word. */
export function ChangeMark({ kind }: { kind: ChangeKind }) {
  const { icon: Icon, tone } = change[kind];
  return <Icon aria-hidden className={classes("size-3.5 shrink-0", inks[tone])} strokeWidth={2.2} />;
}
export const FindingBadge = ({ status }: { status: FindingStatus }) => <Shown face={finding[status]} />;
export const VerdictBadge = ({ verdict }: { verdict: Verdict }) => <Shown face={verdicts[verdict]} />;
export const DeliveryBadge = ({ status }: { status: Delivery["status"] }) => (
  <Shown face={delivery[status]} />
);
