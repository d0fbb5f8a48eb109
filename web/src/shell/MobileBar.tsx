import { Menu as MenuIcon, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { Logo } from "./Logo";
import { Navigation } from "./Navigation";
import { UserMenu } from "./UserMenu";

const square =
  "inline-flex size-10 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink";

/** On a phone the places are behind a button. */
export function MobileBar() {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center justify-between border-b border-line bg-canvas px-4 md:hidden">
      <Logo />
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger aria-label="Open the menu" className={square}>
          <MenuIcon aria-hidden className="size-5" />
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-shade" />
          <Dialog.Content
            aria-describedby={undefined}
            className="thin-scroll fixed inset-y-0 right-0 z-50 flex w-72 max-w-[85vw] animate-appear flex-col gap-4 overflow-y-auto bg-raised p-4 shadow-pop outline-none"
          >
            <div className="flex items-center justify-between">
              <Dialog.Title className="px-2 font-semibold">Menu</Dialog.Title>
              <Dialog.Close aria-label="Close the menu" className={square}>
                <X aria-hidden className="size-5" />
              </Dialog.Close>
            </div>
            <Navigation onChoose={() => setOpen(false)} />
            <UserMenu />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </header>
  );
}
