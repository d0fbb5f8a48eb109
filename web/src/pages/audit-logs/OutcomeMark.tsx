import { CircleCheck, CircleX, Minus, type LucideIcon } from "lucide-react";

const faces: { words: RegExp; icon: LucideIcon; style: string }[] = [
  { words: /^(success|succeeded|allow|allowed|true|ok)$/i, icon: CircleCheck, style: "text-good" },
  { words: /^(fail|failed|failure|deny|denied|false|error)$/i, icon: CircleX, style: "text-critical" },
];

/** How an event ended, in the vendor's word, with a picture for the words that mean yes or no. */
export function OutcomeMark({ outcome }: { outcome: string }) {
  const { icon: Icon, style } = faces.find((face) => face.words.test(outcome)) ?? {
    icon: Minus,
    style: "text-faint",
  };
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <Icon aria-hidden className={`size-3.5 shrink-0 ${style}`} />
      <span className="truncate">{outcome}</span>
    </span>
  );
}
