import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** After going to another page the focus is at its beginning, and screen readers read on from there. */
export function useFocusOnMove() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== undefined && path !== before.current) {
      document.getElementById("main")?.focus({ preventScroll: true });
    }
    before.current = path;
  }, [path]);
}
