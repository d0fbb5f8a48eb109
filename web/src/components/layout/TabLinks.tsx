import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";

export interface TabLink {
  text: string;
  count?: ReactNode;
  link: LinkProps;
  exact?: boolean;
}

/** Pages that belong together. Each has an address of its own, so these are links. */
export function TabLinks({ label, links }: { label: string; links: TabLink[] }) {
  return (
    <nav aria-label={label} className="thin-scroll -mx-1 mb-5 overflow-x-auto border-b border-line px-1">
      <ul className="flex gap-5">
        {links.map(({ text, count, link, exact }) => (
          <li key={text}>
            <Link
              {...link}
              activeOptions={{ exact: exact ?? false, includeSearch: exact ?? false }}
              className="-mb-px flex items-center gap-1.5 border-b-2 border-transparent py-2 text-sm font-medium whitespace-nowrap text-muted -outline-offset-2 hover:text-ink max-md:py-3"
              activeProps={{ className: "!border-accent !text-ink", "aria-current": "page" }}
            >
              {text}
              {count !== undefined && (
                <span className="text-xs font-normal text-faint tabular-nums">{count}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
