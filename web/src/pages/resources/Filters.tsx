import { ListFilter } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import type { Column } from "@/api/types";
import { Button } from "@/components/action/Button";
import { Chips } from "@/components/form/Chips";
import { Labelled } from "@/components/form/Labelled";
import { Select } from "@/components/form/Select";
import { TextInput } from "@/components/form/TextInput";
import { filterText, operatorsOf, operatorText, readFilter, takesValue, type Operator } from "./filter";

/** Puts a condition on one column. */
export function AddFilter({ columns, onAdd }: { columns: Column[]; onAdd: (filter: string) => void }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [operator, setOperator] = useState<Operator>("is");
  const [value, setValue] = useState("");
  const column =
    columns.find((one) => one.name === name) ?? columns.find((one) => one.name === "status") ?? columns[0];
  const operators = operatorsOf(column);
  const chosen = operators.includes(operator) ? operator : (operators[0] ?? "is");
  const add = () => {
    if (column === undefined) return;
    const said = column.type === "boolean" && value === "" ? "true" : value;
    onAdd(filterText({ column: column.name, operator: chosen, value: said }));
    setOpen(false);
    setValue("");
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button icon={ListFilter}>Filter</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Add a filter"
          className="z-50 w-80 animate-appear rounded-lg bg-raised p-4 shadow-pop"
        >
          <form
            className="space-y-3"
            onSubmit={(event) => {
              event.preventDefault();
              add();
            }}
          >
            <Labelled label="Column">
              {(wiring) => (
                <Select
                  {...wiring}
                  className="w-full"
                  value={column?.name ?? ""}
                  onChange={(event) => setName(event.target.value)}
                  choices={columns.map((one) => ({ value: one.name, text: one.name }))}
                />
              )}
            </Labelled>
            <Labelled label="Condition">
              {(wiring) => (
                <Select
                  {...wiring}
                  className="w-full"
                  value={chosen}
                  onChange={(event) => setOperator(event.target.value as Operator)}
                  choices={operators.map((one) => ({ value: one, text: operatorText[one] }))}
                />
              )}
            </Labelled>
            {takesValue(chosen) && (
              <Labelled label="Value">
                {(wiring) =>
                  column?.type === "boolean" ? (
                    <Select
                      {...wiring}
                      className="w-full"
                      value={value || "true"}
                      onChange={(event) => setValue(event.target.value)}
                      choices={[
                        { value: "true", text: "true" },
                        { value: "false", text: "false" },
                      ]}
                    />
                  ) : (
                    <TextInput
                      {...wiring}
                      required
                      type={column?.type === "timestamp" ? "date" : "text"}
                      value={value}
                      onChange={(event) => setValue(event.target.value)}
                    />
                  )
                }
              </Labelled>
            )}
            <Button type="submit" look="primary" className="w-full">
              Add filter
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The conditions that hold, each with a way to take it away. */
export function FilterChips({
  filters,
  onRemove,
}: {
  filters: string[];
  onRemove: (filter: string) => void;
}) {
  const chips = filters.map((text) => {
    const filter = readFilter(text);
    const said = filter ? `${filter.column} ${operatorText[filter.operator]} ${filter.value}`.trim() : text;
    return { key: text, text: said, onRemove: () => onRemove(text) };
  });
  return <Chips label="Filters" chips={chips} />;
}
