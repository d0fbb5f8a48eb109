import { PostgreSQL } from "@codemirror/lang-sql";
import { classHighlighter, highlightTree } from "@lezer/highlight";
import { useMemo, type ReactNode } from "react";
import { CopyButton } from "../action/CopyButton";
import { ScrollRegion } from "../layout/ScrollRegion";

/** SQL in the colours of the editor. */
export default function SqlText({ sql, label = "SQL" }: { sql: string; label?: string }) {
  const text = sql.trim();
  const parts = useMemo(() => coloured(text), [text]);
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      <div className="absolute top-1 right-1 z-10 rounded-md bg-sunken">
        <CopyButton small label={`Copy ${label}`} text={text} />
      </div>
      <ScrollRegion label={label} className="max-h-96">
        <pre className="w-max min-w-full p-3 pr-12 text-xs leading-5">{parts}</pre>
      </ScrollRegion>
    </div>
  );
}

function coloured(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  highlightTree(PostgreSQL.language.parser.parse(text), classHighlighter, (from, to, style) => {
    if (from > end) parts.push(text.slice(end, from));
    parts.push(
      <span key={from} className={style}>
        {text.slice(from, to)}
      </span>,
    );
    end = to;
  });
  parts.push(text.slice(end));
  return parts;
}
