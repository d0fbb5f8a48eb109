import { useState } from "react";
import type { Column } from "@/api/types";

const place = (type: string) => `muster.columns.${type}`;

/** Columns that are not shown, remembered in this browser for each type. */
export function useHiddenColumns(type: string, columns: Column[]): [string[], (hidden: string[]) => void] {
  const [kept, setKept] = useState<Record<string, string[]>>({});
  const hidden = kept[type] ?? read(type) ?? usual(columns);
  const keep = (next: string[]) => {
    setKept({ ...kept, [type]: next });
    try {
      localStorage.setItem(place(type), JSON.stringify(next));
    } catch {
      // It then holds until the page is closed.
    }
  };
  return [hidden, keep];
}

function read(type: string): string[] | undefined {
  try {
    const text = localStorage.getItem(place(type));
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
  } catch {
    return undefined;
  }
}

/** What is whole JSON, or an identifier beside a name, is hidden until asked for. */
function usual(columns: Column[]): string[] {
  return columns
    .filter((column) => column.type === "json" || column.name === "id")
    .map((column) => column.name);
}
