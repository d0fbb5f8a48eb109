import { Outlet } from "@tanstack/react-router";
import { useLiveEvents } from "@/api/events";
import { Logo } from "./Logo";
import { MobileBar } from "./MobileBar";
import { Navigation } from "./Navigation";
import { GoTo } from "./GoTo";
import { Shortcuts } from "./Shortcuts";
import { UserMenu } from "./UserMenu";
import { useShortcuts } from "./shortcuts";
import { useFocusOnMove } from "./useFocusOnMove";

/** What stands around every page behind the sign-in. */
export function Shell() {
  useLiveEvents();
  useShortcuts();
  useFocusOnMove();
  return (
    <div className="md:grid md:min-h-dvh md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-solid px-3 py-2 text-on-solid focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <MobileBar />
      <aside
        aria-label="Sidebar"
        className="thin-scroll sticky top-0 flex h-dvh flex-col gap-5 overflow-y-auto border-r border-line px-3 pt-4 pb-3 max-md:hidden"
      >
        <div className="px-2">
          <Logo />
        </div>
        <GoTo />
        <Navigation />
        <UserMenu />
      </aside>
      <main id="main" tabIndex={-1} className="min-w-0 px-4 pt-5 pb-16 outline-none md:px-8 md:pt-7">
        <div className="mx-auto max-w-[82rem]">
          <Outlet />
        </div>
        <div id="overlays" />
      </main>
      <Shortcuts />
    </div>
  );
}
