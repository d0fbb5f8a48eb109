import type { LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState, type ReactNode } from "react";
import { classes } from "../classes";

interface Props {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
}

export function Menu({ trigger, children, align = "end" }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <DropdownMenu.Root modal={false} open={open} onOpenChange={setOpen}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={open ? place() : undefined}>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 animate-appear rounded-lg bg-raised p-1 shadow-pop"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Inside the main region, so that it belongs to a landmark; over a dialog, which hides that region, beside it. */
function place(): HTMLElement | undefined {
  const overlays = document.getElementById("overlays");
  return overlays === null || overlays.closest("[aria-hidden=true]") ? undefined : overlays;
}

const itemStyle =
  "flex h-8 w-full cursor-pointer items-center gap-2 rounded-md px-2 text-sm outline-none select-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 max-md:h-10";

interface ItemProps {
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  onSelect?: () => void;
  asChild?: boolean;
  children: ReactNode;
}

export function MenuItem({ icon: Icon, danger, children, asChild, ...rest }: ItemProps) {
  return (
    <DropdownMenu.Item {...rest} asChild={asChild} className={classes(itemStyle, danger && "text-critical")}>
      {asChild ? (
        children
      ) : (
        <>
          {Icon && <Icon aria-hidden className="size-4 opacity-80" />}
          {children}
        </>
      )}
    </DropdownMenu.Item>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
}
