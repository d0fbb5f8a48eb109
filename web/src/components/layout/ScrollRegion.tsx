import { useEffect, useRef, useState, type ReactNode } from "react";
import { classes } from "../classes";

/** Scrolls sideways where the content is wider than its place, and can be reached by keyboard only then. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() =>
      setScrolls(
        element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1,
      ),
    );
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return (
    <div
      ref={place}
      {...(scrolls ? { tabIndex: 0, role: "region", "aria-label": label } : {})}
      className={classes("thin-scroll overflow-auto -outline-offset-2", className)}
    >
      {children}
    </div>
  );
}
