import { X } from "lucide-react";

export interface Chip {
  key: string;
  text: string;
  onRemove: () => void;
}

/** The conditions that hold, each with a way to take it away. */
export function Chips({ label, chips }: { label: string; chips: Chip[] }) {
  if (chips.length === 0) return null;
  return (
    <ul aria-label={label} className="mb-3 flex flex-wrap gap-2">
      {chips.map((chip) => (
        <li
          key={chip.key}
          className="inline-flex items-center gap-1 rounded-full bg-accent-soft py-0.5 pr-1 pl-2.5 text-sm text-accent-ink"
        >
          {chip.text}
          <button
            type="button"
            aria-label={`Take away: ${chip.text}`}
            onClick={chip.onRemove}
            className="inline-flex size-6 shrink-0 items-center justify-center rounded-full hover:bg-hover"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}
