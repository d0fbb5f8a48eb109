import { useRouter } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { places } from "./navigation";

// Single keys can be switched off: some people speak to their computer, and a word is many keys.
const place = "muster.shortcuts";
type Panel = "shortcuts" | "goto" | null;

let enabled = localStorage.getItem(place) !== "off";
let panel: Panel = null;
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const tell = () => listeners.forEach((listener) => listener());

export function enableShortcuts(on: boolean) {
  enabled = on;
  localStorage.setItem(place, on ? "on" : "off");
  tell();
}
export const useShortcutsEnabled = () => useSyncExternalStore(subscribe, () => enabled);

function open(next: Panel) {
  panel = next;
  tell();
}
export const openShortcuts = () => open("shortcuts");
export const openGoTo = () => open("goto");
export const closePanel = () => open(null);
export const usePanel = () => useSyncExternalStore(subscribe, () => panel);

/** Listens for the keys that work everywhere. */
export function useShortcuts() {
  const router = useRouter();
  useEffect(() => {
    let waiting = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openGoTo();
        return;
      }
      if (
        !enabled ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        writes(event.target) ||
        panel !== null
      )
        return;
      if (document.querySelector("[role=dialog],[role=menu]") !== null) return;
      if (Date.now() - waiting < 1200) {
        waiting = 0;
        const found = places.find((one) => one.letter === event.key);
        if (found) {
          event.preventDefault();
          void router.navigate({ to: found.to });
        }
        return;
      }
      if (event.key === "g") waiting = Date.now();
      else if (act(event.key)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [router]);
}

function act(key: string): boolean {
  switch (key) {
    case "?":
      openShortcuts();
      return true;
    case "/":
      return focus(document.querySelector<HTMLElement>("[data-search]"));
    case "j":
      return step(1);
    case "k":
      return step(-1);
    default:
      return false;
  }
}

/** Moves among the rows of the page's list; Enter opens the one in focus. */
function step(by: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
  const current = rows.findIndex((row) => row === document.activeElement);
  const next = current === -1 ? (by > 0 ? 0 : rows.length - 1) : current + by;
  return focus(rows[next] ?? null);
}

function focus(element: HTMLElement | null): boolean {
  if (element === null) return false;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
  return true;
}

function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input,textarea,select,[contenteditable=true]") !== null
  );
}
