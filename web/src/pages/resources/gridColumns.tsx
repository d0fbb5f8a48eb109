import { Link } from "@tanstack/react-router";
import type { Column, Row } from "@/api/types";
import { at } from "@/components/change/compare";
import type { GridColumn } from "@/components/table/GridTable";
import { Value } from "@/components/text/Value";

const widths: Record<Column["type"], number> = {
  string: 170,
  integer: 110,
  number: 110,
  boolean: 110,
  timestamp: 190,
  json: 240,
  list: 200,
  object: 170,
};

/** The columns a row has fields for; those of an object stand for it, and `_meta` is shown otherwise. */
export function tableColumns(columns: Column[]): Column[] {
  return columns.filter((column) => !column.name.startsWith("_"));
}

/** The label first, as the way to the resource, then a column for each field. */
export function gridColumns(type: string, columns: Column[]): GridColumn<Row>[] {
  const label: GridColumn<Row> = {
    id: "Name",
    width: 300,
    cell: (row) => (
      <Link
        data-row
        to="/resources/$type/$integration"
        params={{ type, integration: row.integration.id }}
        search={{ key: row.key }}
        className="font-medium hover:underline"
      >
        {row.label}
      </Link>
    ),
  };
  return [
    label,
    ...columns.map((column) => ({
      id: column.name,
      width: widths[column.type],
      sortable: column.type !== "json" && column.type !== "list",
      numeric: column.type === "integer" || column.type === "number",
      cell: (row: Row) => <Value value={at(row.fields, column.name)} />,
    })),
  ];
}
