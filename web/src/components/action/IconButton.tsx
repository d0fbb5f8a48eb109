import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "../classes";
import { Tip } from "../overlay/Tip";

interface Props extends Omit<ComponentProps<"button">, "aria-label" | "title"> {
  label: string;
  icon: LucideIcon;
}

/** A button that is only a picture, with its name for the pointer and the screen reader. */
export function IconButton({ label, icon: Icon, className, ...rest }: Props) {
  return (
    <Tip text={label}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={classes(
          "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-50 max-md:size-10",
          className,
        )}
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </Tip>
  );
}
