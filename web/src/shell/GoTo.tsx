import { Search } from "lucide-react";
import { lazy, Suspense } from "react";
import { Kbd } from "./Kbd";
import { openGoTo, usePanel } from "./shortcuts";

const GoToDialog = lazy(() => import("./GoToDialog"));

/** The quick way to anything that has a page. */
export function GoTo() {
  const panel = usePanel();
  return (
    <>
      <button
        type="button"
        onClick={openGoTo}
        className="flex h-8 shrink-0 items-center gap-2 rounded-md border border-line-strong/50 bg-surface px-2.5 text-sm text-muted hover:border-line-strong hover:text-ink"
      >
        <Search aria-hidden className="size-4" />
        <span className="flex-1 text-left">Go to…</span>
        <Kbd>Ctrl K</Kbd>
      </button>
      {panel === "goto" && (
        <Suspense>
          <GoToDialog />
        </Suspense>
      )}
    </>
  );
}
