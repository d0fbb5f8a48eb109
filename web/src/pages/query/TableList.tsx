import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Catalogue } from "@/api/types";
import { TextInput } from "@/components/form/TextInput";

interface Props {
  tables: Catalogue["tables"];
  onTake: (sql: string) => void;
}

/** Every table with its columns. */
export function TableList({ tables, onTake }: Props) {
  const [text, setText] = useState("");
  const fits = (name: string) => name.toLowerCase().includes(text.toLowerCase());
  const shown = tables.filter(
    (table) => fits(table.name) || table.columns.some((column) => fits(column.name)),
  );
  return (
    <div>
      <TextInput
        aria-label="Find a table or column"
        placeholder="Find a table or column"
        className="mb-2 h-8 text-sm"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ul>
        {shown.map((table) => (
          <li key={table.name}>
            <details>
              <summary className="flex list-none items-center gap-1 rounded-sm px-1 py-1 text-sm hover:bg-hover [&::-webkit-details-marker]:hidden">
                <ChevronRight
                  aria-hidden
                  className="size-3.5 shrink-0 text-faint transition-transform [details[open]>summary>&]:rotate-90"
                />
                <code className="truncate text-xs">{table.name}</code>
              </summary>
              <div className="mb-2 ml-2.5 border-l border-line pl-3">
                <ul>
                  {table.columns.map((column) => (
                    <li key={column.name} className="flex justify-between gap-2 py-0.5 text-xs">
                      <code className="min-w-0 break-all">{column.name}</code>
                      <span className="text-muted">{column.type}</span>
                    </li>
                  ))}
                </ul>
                <button
                  type="button"
                  className="link mt-1 text-xs"
                  onClick={() => onTake(`SELECT *\nFROM ${table.name}\nLIMIT 100`)}
                >
                  Select from it
                </button>
              </div>
            </details>
          </li>
        ))}
      </ul>
      {shown.length === 0 && (
        <p className="px-2 py-4 text-sm text-muted">
          {tables.length === 0 ? "Loading the catalogue…" : "Nothing has that name."}
        </p>
      )}
    </div>
  );
}
