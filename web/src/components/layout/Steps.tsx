import { Said } from "../text/Said";

/** What to do, in order. */
export function Steps({ steps }: { steps: string[] }) {
  return (
    <ol className="space-y-3">
      {steps.map((step, index) => (
        <li key={step} className="flex gap-3">
          <span
            aria-hidden
            className="mt-px flex size-5 shrink-0 items-center justify-center rounded-full border border-line-strong/60 text-xs font-medium text-muted tabular-nums"
          >
            {index + 1}
          </span>
          <span className="min-w-0">
            <Said text={step} />
          </span>
        </li>
      ))}
    </ol>
  );
}
