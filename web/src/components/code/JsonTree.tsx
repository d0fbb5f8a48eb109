import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Value } from "../text/Value";

interface Props {
  name: string;
  value: unknown;
  depth?: number;
  path?: string;
  /** Puts a link beside a value that names another resource. */
  extra?: (path: string, value: unknown) => ReactNode;
}

/** A field and, below it, its fields. What is nested opens and closes with the browser's own element. */
export function JsonTree({ name, value, depth = 0, path = name, extra }: Props) {
  const nested = typeof value === "object" && value !== null;
  if (!nested) {
    return (
      <div className="grid min-h-7 grid-cols-[minmax(0,2fr)_minmax(0,3fr)] items-baseline gap-3 py-1 pl-5 sm:grid-cols-[minmax(7rem,14rem)_minmax(0,1fr)] [&_time]:whitespace-normal">
        <span className="font-mono text-xs break-all text-muted">{name}</span>
        <span className="min-w-0 text-sm break-words">
          <Value value={value} />
          {extra?.(path, value)}
        </span>
      </div>
    );
  }
  const list = Array.isArray(value);
  const entries = Object.entries(value as Record<string, unknown>);
  return (
    <details open={depth < 2 && entries.length <= 40} className="group/tree">
      <summary className="flex min-h-7 list-none items-center gap-1 rounded-sm py-1 hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-faint transition-transform [details[open]>summary>&]:rotate-90"
        />
        <span className="font-mono text-xs break-all">{name}</span>
        <span className="text-xs text-faint">
          {entries.length === 0
            ? "empty"
            : list
              ? `${entries.length} in the list`
              : `${entries.length} fields`}
        </span>
      </summary>
      <div className="ml-2 border-l border-line pl-2">
        {entries.map(([key, inner]) => (
          <JsonTree
            key={key}
            name={key}
            value={inner}
            depth={depth + 1}
            path={list ? `${path}[]` : `${path}.${key}`}
            {...(extra ? { extra } : {})}
          />
        ))}
      </div>
    </details>
  );
}
