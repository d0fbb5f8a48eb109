import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";

export type Direction = "asc" | "desc" | false;

export function SortMark({ direction }: { direction: Direction }) {
  if (direction === "asc") return <ArrowUp aria-hidden className="size-3.5 shrink-0 text-ink" />;
  if (direction === "desc") return <ArrowDown aria-hidden className="size-3.5 shrink-0 text-ink" />;
  return <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 opacity-45" />;
}

export function ariaSort(direction: Direction): "ascending" | "descending" | "none" {
  if (direction === false) return "none";
  return direction === "asc" ? "ascending" : "descending";
}
