import { classes } from "../classes";

/** A grey place for what is still on its way, of about its size. */
export function Bone({ className }: { className?: string }) {
  return <span aria-hidden className={classes("block animate-breathe rounded-sm bg-line", className)} />;
}

export function LoadingRows({ rows = 6, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" className="divide-y divide-line">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-11 items-center gap-4 px-4">
          <Bone className="h-3 w-16" />
          <Bone className={index % 2 ? "h-3 w-1/3" : "h-3 w-1/2"} />
        </div>
      ))}
    </div>
  );
}

export function LoadingPage() {
  return (
    <div role="status" className="space-y-6">
      <span className="sr-only">Loading</span>
      <Bone className="h-7 w-56" />
      <Bone className="h-32 w-full rounded-lg" />
      <Bone className="h-72 w-full rounded-lg" />
    </div>
  );
}
