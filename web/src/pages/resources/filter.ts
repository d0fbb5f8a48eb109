import type { Column } from "@/api/types";

export type Operator = "is" | "not" | "contains" | "before" | "after" | "empty" | "present";

export const operatorText: Record<Operator, string> = {
  is: "is",
  not: "is not",
  contains: "contains",
  before: "is before",
  after: "is after",
  empty: "is empty",
  present: "is present",
};

const byType: Record<Column["type"], Operator[]> = {
  string: ["is", "not", "contains", "empty", "present"],
  integer: ["is", "not", "before", "after", "empty", "present"],
  number: ["is", "not", "before", "after", "empty", "present"],
  boolean: ["is", "empty", "present"],
  timestamp: ["before", "after", "empty", "present"],
  json: ["contains", "empty", "present"],
  list: ["contains", "empty", "present"],
  object: ["empty", "present"],
};

export const operatorsOf = (column: Column | undefined): Operator[] => byType[column?.type ?? "string"];
export const takesValue = (operator: Operator): boolean => operator !== "empty" && operator !== "present";

export interface Filter {
  column: string;
  operator: Operator;
  value: string;
}

/** As it stands in the address: COLUMN:OP:VALUE. A value may hold colons. */
export const filterText = ({ column, operator, value }: Filter): string =>
  takesValue(operator) ? `${column}:${operator}:${value}` : `${column}:${operator}:`;

export function readFilter(text: string): Filter | undefined {
  const [column, operator, ...value] = text.split(":");
  if (column === undefined || operator === undefined || !(operator in operatorText)) return undefined;
  return { column, operator: operator as Operator, value: value.join(":") };
}
