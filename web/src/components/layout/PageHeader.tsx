import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useEffect, type ReactNode } from "react";

export interface Crumb {
  text: string;
  link: LinkProps;
}

interface Props {
  title: string;
  /** Beside the title: a state, a count. */
  mark?: ReactNode;
  description?: ReactNode;
  crumbs?: Crumb[];
  actions?: ReactNode;
}

export function PageHeader({ title, mark, description, crumbs = [], actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <header className="mb-6">
      {crumbs.length > 0 && (
        <nav aria-label="Breadcrumb" className="mb-1.5">
          <ol className="flex flex-wrap items-center gap-1 text-sm text-muted">
            {crumbs.map((crumb) => (
              <li key={crumb.text} className="flex items-center gap-1">
                <Link {...crumb.link} className="rounded-sm hover:text-ink hover:underline">
                  {crumb.text}
                </Link>
                <ChevronRight aria-hidden className="size-3.5 text-faint" />
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
            {mark}
          </div>
          {description && <div className="mt-1 max-w-[76ch] text-muted">{description}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}
