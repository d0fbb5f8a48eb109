import { useReducer, useState } from "react";
import type { EventSearch } from "./eventSearch";

/** What is told apart: how events are grouped, and which of them is open, changes nothing about which there are. */
const keyOf = (search: EventSearch) =>
  JSON.stringify(
    Object.entries({ ...search, by: undefined, event: undefined, at: undefined })
      .filter(([, value]) => value !== undefined)
      .sort(),
  );

/**
 * When the events of an address were asked for, and the way to ask for them anew.
 *
 * A span that ends now is counted from then on, so that rows stay where they are until the person wants what is new.
 */
export function useAsked(search: EventSearch): [number, (search: EventSearch) => void] {
  const [opened] = useState(() => Date.now());
  const [times, note] = useReducer(
    (known: Record<string, number>, key: string) => ({ ...known, [key]: Date.now() }),
    {},
  );
  return [times[keyOf(search)] ?? opened, (next) => note(keyOf(next))];
}
