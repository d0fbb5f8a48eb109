import type { ComponentProps } from "react";
import { classes } from "../classes";

export const controlStyle =
  "w-full rounded-md border border-line-strong bg-surface px-2.5 text-base text-ink transition-colors hover:border-muted focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent aria-invalid:border-critical disabled:opacity-60 max-md:text-lg";

export function TextInput({ className, ...rest }: ComponentProps<"input">) {
  return <input type="text" {...rest} className={classes(controlStyle, "h-9 max-md:h-11", className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea rows={3} {...rest} className={classes(controlStyle, "block py-1.5", className)} />;
}
