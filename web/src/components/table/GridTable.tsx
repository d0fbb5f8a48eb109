import {
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, type ReactNode } from "react";
import { classes } from "../classes";
import { GridHeader } from "./GridHeader";
import type { Direction } from "./SortMark";

export interface GridColumn<Item> {
  id: string;
  cell: (item: Item) => ReactNode;
  width: number;
  sortable?: boolean;
  numeric?: boolean;
  mono?: boolean;
}

interface Props<Item extends object> {
  label: string;
  columns: GridColumn<Item>[];
  items: Item[];
  rowKey: (item: Item, index: number) => string;
  /** How many there are in all, if more than are loaded. */
  total?: number;
  hidden?: string[];
  sort?: string;
  onSort?: (column: string) => void;
  /** Called when the end comes near. */
  onEnd?: () => void;
  /** More is on its way. */
  loading?: boolean;
  className?: string;
}

const features = tableFeatures({ columnSizingFeature, columnResizingFeature, columnVisibilityFeature });
const rowHeight = 36;
/** Rows before the end at which more is asked for. */
const near = 60;
const noneHidden: string[] = [];

/** A table of any length: only the rows in sight are in the page. */
export function GridTable<Item extends object>(props: Props<Item>) {
  const {
    label,
    columns,
    items,
    rowKey,
    total,
    hidden = noneHidden,
    sort,
    onSort,
    onEnd,
    loading,
    className,
  } = props;
  const place = useRef<HTMLDivElement>(null);
  const definitions = useMemo(
    () => columns.map((column) => ({ id: column.id, header: column.id, size: column.width, minSize: 72 })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: items,
    columnResizeMode: "onChange",
    state: { columnVisibility: Object.fromEntries(hidden.map((id) => [id, false])) },
  });
  // eslint-disable-next-line react-hooks/incompatible-library -- what it returns is used here and passed to nobody
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (items.length > 0 && last >= items.length - near) onEnd?.();
  }, [last, items.length, onEnd]);
  const shown = columns.filter((column) => !hidden.includes(column.id));
  const above = rows[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (rows.at(-1)?.end ?? 0);
  const direction = (id: string): Direction => (sort === id ? "asc" : sort === `-${id}` ? "desc" : false);
  return (
    <div
      ref={place}
      tabIndex={0}
      role="region"
      aria-label={label}
      className={classes("thin-scroll relative overflow-auto -outline-offset-2", className)}
    >
      <table
        aria-rowcount={(total ?? items.length) + 1}
        className="min-w-full table-fixed border-separate border-spacing-0 text-sm"
        style={{ width: table.getTotalSize() }}
      >
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {table.getHeaderGroups()[0]?.headers.map((header) => {
              const column = columns.find((one) => one.id === header.column.id);
              return (
                <GridHeader
                  key={header.id}
                  name={header.column.id}
                  width={header.getSize()}
                  numeric={column?.numeric}
                  direction={direction(header.column.id)}
                  onSort={column?.sortable && onSort ? () => onSort(header.column.id) : undefined}
                  onResize={header.getResizeHandler()}
                />
              );
            })}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <Spacer height={above} columns={shown.length} />}
          {rows.map((row) => {
            const item = items[row.index];
            if (item === undefined) return null;
            return (
              <tr key={rowKey(item, row.index)} aria-rowindex={row.index + 2} className="group">
                {shown.map((column) => (
                  <td
                    key={column.id}
                    className={classes(
                      "h-9 max-w-0 truncate border-b border-line px-3 group-focus-within:bg-hover/60 group-hover:bg-hover/60 first:pl-4",
                      column.numeric && "text-right tabular-nums",
                      column.mono && "font-mono text-[0.92em]",
                    )}
                  >
                    {column.cell(item)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && <Spacer height={below} columns={shown.length} />}
          {loading && (
            <tr aria-hidden>
              <td colSpan={shown.length} className="h-9 px-4 text-muted">
                <span className="sticky left-4">Loading more…</span>
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns} className="p-0" style={{ height }} />
    </tr>
  );
}
