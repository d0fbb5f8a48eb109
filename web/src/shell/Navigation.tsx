import { Link } from "@tanstack/react-router";
import { sections } from "./navigation";

/** The places of the product. */
export function Navigation({ onChoose }: { onChoose?: () => void }) {
  return (
    <nav aria-label="Main" className="flex flex-1 flex-col gap-4">
      {sections.map((section, index) => (
        <div key={section.title ?? index} className={index === sections.length - 1 ? "mt-auto" : undefined}>
          {section.title && <p className="mb-1 px-2.5 text-xs font-medium text-faint">{section.title}</p>}
          <ul className="space-y-px">
            {section.places.map(({ text, icon: Icon, to }) => (
              <li key={text}>
                <Link
                  to={to}
                  onClick={onChoose}
                  activeOptions={{ exact: to === "/", includeSearch: false }}
                  className="group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-base text-muted hover:bg-hover hover:text-ink max-md:h-11"
                  activeProps={{ className: "!text-ink bg-hover font-medium", "aria-current": "page" }}
                >
                  <Icon
                    aria-hidden
                    className="size-4 shrink-0 group-aria-[current=page]:text-accent"
                    strokeWidth={1.9}
                  />
                  {text}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
