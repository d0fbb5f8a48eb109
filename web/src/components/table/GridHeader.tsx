import { classes } from "../classes";
import { ariaSort, SortMark, type Direction } from "./SortMark";

interface Props {
  name: string;
  width: number;
  numeric?: boolean | undefined;
  direction: Direction;
  onSort?: (() => void) | undefined;
  onResize: (event: unknown) => void;
}

export function GridHeader({ name, width, numeric, direction, onSort, onResize }: Props) {
  return (
    <th
      scope="col"
      aria-sort={onSort ? ariaSort(direction) : undefined}
      style={{ width }}
      className={classes(
        "sticky top-0 z-10 h-9 border-b border-line bg-sunken px-3 text-xs font-medium text-muted first:pl-4",
        numeric ? "text-right" : "text-left",
      )}
    >
      {onSort ? (
        <button
          type="button"
          onClick={onSort}
          className={classes(
            "-mx-1 inline-flex max-w-full items-center gap-1 rounded-sm px-1 py-1 -outline-offset-2 hover:text-ink",
            numeric && "flex-row-reverse",
          )}
        >
          <span className="truncate">{name}</span>
          <SortMark direction={direction} />
        </button>
      ) : (
        <span className="block truncate">{name}</span>
      )}
      <span
        aria-hidden
        onMouseDown={onResize}
        onTouchStart={onResize}
        className="absolute top-1.5 right-0 bottom-1.5 w-2 cursor-col-resize touch-none border-r border-line hover:border-r-2 hover:border-accent"
      />
    </th>
  );
}
