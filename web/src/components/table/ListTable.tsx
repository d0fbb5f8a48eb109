import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
  type SortingState,
} from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { classes } from "../classes";
import { ScrollRegion } from "../layout/ScrollRegion";
import { ariaSort, SortMark } from "./SortMark";

export interface ListColumn<Item> {
  id: string;
  header: string;
  /** The header is for screen readers only, as above a column of buttons. */
  quiet?: boolean;
  cell: (item: Item) => ReactNode;
  /** What to order by. Without it the column cannot be ordered. */
  sort?: (item: Item) => string | number;
  numeric?: boolean;
  /** Left out on narrow screens. */
  from?: "sm" | "md" | "lg" | "xl";
  /** Takes the room that is left. */
  grow?: boolean;
}

interface Props<Item extends object> {
  label: string;
  columns: ListColumn<Item>[];
  items: Item[];
  rowKey: (item: Item) => string;
  initialSort?: SortingState;
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});
const shownFrom = {
  sm: "max-sm:hidden",
  md: "max-md:hidden",
  lg: "max-lg:hidden",
  xl: "max-xl:hidden",
};

/** A table of what fits into one answer, ordered in the browser. */
export function ListTable<Item extends object>({
  label,
  columns,
  items,
  rowKey,
  initialSort = [],
}: Props<Item>) {
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        accessorFn: column.sort ?? (() => ""),
        enableSorting: column.sort !== undefined,
        sortFn: column.numeric ? ("basic" as const) : ("alphanumeric" as const),
        sortDescFirst: column.numeric ?? false,
      })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: items,
    getRowId: rowKey,
    initialState: { sorting: initialSort },
    enableSortingRemoval: false,
  });
  const byId = new Map(columns.map((column) => [column.id, column]));
  const style = (column: ListColumn<Item> | undefined) =>
    classes(
      column?.numeric && "text-right tabular-nums",
      column?.from && shownFrom[column.from],
      column?.grow && "w-full",
    );
  return (
    <ScrollRegion label={label}>
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b border-line">
            {table.getHeaderGroups()[0]?.headers.map((header) => {
              const column = byId.get(header.column.id);
              const sorts = header.column.getCanSort();
              const direction = header.column.getIsSorted();
              return (
                <th
                  key={header.id}
                  scope="col"
                  aria-sort={sorts ? ariaSort(direction) : undefined}
                  className={classes(
                    "h-9 px-3 text-left text-xs font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4",
                    style(column),
                  )}
                >
                  {sorts ? (
                    <button
                      type="button"
                      onClick={header.column.getToggleSortingHandler()}
                      className={classes(
                        "-mx-1 inline-flex items-center gap-1 rounded-sm px-1 py-1 hover:text-ink",
                        column?.numeric && "flex-row-reverse",
                      )}
                    >
                      {column?.header}
                      <SortMark direction={direction} />
                    </button>
                  ) : (
                    <span className={column?.quiet ? "sr-only" : undefined}>{column?.header}</span>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              className="border-b border-line last:border-0 focus-within:bg-hover/60 hover:bg-hover/60"
            >
              {columns.map((column) => (
                <td
                  key={column.id}
                  className={classes("h-11 px-3 py-1.5 align-middle first:pl-4 last:pr-4", style(column))}
                >
                  {column.cell(row.original)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
