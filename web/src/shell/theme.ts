import { useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";

const place = "muster.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let choice = read();

function read(): ThemeChoice {
  try {
    const stored = localStorage.getItem(place);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

function theme(): "light" | "dark" {
  if (choice === "system") return dark.matches ? "dark" : "light";
  return choice;
}

function apply() {
  document.documentElement.dataset.theme = theme();
  listeners.forEach((tell) => tell());
}

dark.addEventListener("change", apply);

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes a theme and keeps it for this browser. */
export function chooseTheme(next: ThemeChoice) {
  choice = next;
  try {
    localStorage.setItem(place, next);
  } catch {
    // It then holds until the page is closed.
  }
  apply();
}

export function useTheme() {
  return {
    theme: useSyncExternalStore(subscribe, theme),
    choice: useSyncExternalStore(subscribe, () => choice),
  };
}
