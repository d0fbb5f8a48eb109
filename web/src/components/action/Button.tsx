import { LoaderCircle, type LucideIcon } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { classes } from "../classes";

type Look = "primary" | "secondary" | "quiet" | "danger";

const looks: Record<Look, string> = {
  primary: "bg-solid text-on-solid hover:bg-solid-hover",
  secondary: "border border-line-strong/50 bg-surface text-ink hover:bg-hover hover:border-line-strong",
  quiet: "text-muted hover:bg-hover hover:text-ink",
  danger: "border border-critical/50 bg-surface text-critical hover:bg-critical-soft",
};

const base =
  "inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md px-3 text-sm font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50 disabled:pointer-events-none aria-disabled:opacity-50 max-md:h-10";

interface Props extends ComponentProps<"button"> {
  look?: Look;
  icon?: LucideIcon;
  /** The action is under way: the button says so and takes no second click. */
  busy?: boolean;
  asChild?: boolean;
}

export function Button({
  look = "secondary",
  icon: Icon,
  busy = false,
  asChild,
  className,
  children,
  ...rest
}: Props) {
  const style = classes(base, looks[look], className);
  if (asChild) {
    return (
      <Slot.Root className={style} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type="button"
      {...rest}
      className={style}
      disabled={rest.disabled === true || busy}
      aria-busy={busy}
    >
      {busy ? (
        <LoaderCircle aria-hidden className="size-4 animate-turn" />
      ) : (
        Icon && <Icon aria-hidden className="size-4" />
      )}
      {children}
    </button>
  );
}
