import { useId, type ReactNode } from "react";
import { classes } from "../classes";

interface Props {
  title?: string;
  note?: ReactNode;
  actions?: ReactNode;
  /** The content brings its own padding, as tables and lists do. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

export function Panel({ title, note, actions, flush, className, children }: Props) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={classes("min-w-0 rounded-lg border border-line bg-surface", className)}
    >
      {title && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 pt-2.5 pb-1.5">
          <div className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <h2 id={id} className="font-semibold">
              {title}
            </h2>
            {note && <span className="text-sm text-muted">{note}</span>}
          </div>
          {actions && <div className="flex items-center gap-2 text-sm">{actions}</div>}
        </header>
      )}
      <div
        className={classes(
          !flush && "px-4 pb-4",
          !title && !flush && "pt-4",
          flush && "overflow-hidden rounded-b-lg",
        )}
      >
        {children}
      </div>
    </section>
  );
}
