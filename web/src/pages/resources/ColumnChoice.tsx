import { Columns3 } from "lucide-react";
import { Popover } from "radix-ui";
import type { Column } from "@/api/types";
import { Button } from "@/components/action/Button";
import { Check } from "@/components/form/Check";

interface Props {
  columns: Column[];
  hidden: string[];
  onChange: (hidden: string[]) => void;
}

export function ColumnChoice({ columns, hidden, onChange }: Props) {
  const show = (name: string, on: boolean) =>
    onChange(on ? hidden.filter((one) => one !== name) : [...hidden, name]);
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button icon={Columns3}>Columns</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Columns"
          className="z-50 w-72 animate-appear rounded-lg bg-raised p-3 shadow-pop"
        >
          <div className="thin-scroll max-h-72 space-y-2 overflow-y-auto">
            {columns.map((column) => (
              <Check
                key={column.name}
                checked={!hidden.includes(column.name)}
                onChange={(on) => show(column.name, on)}
              >
                <span className="font-mono text-xs">{column.name}</span>
              </Check>
            ))}
          </div>
          <div className="mt-3 flex gap-2">
            <Button onClick={() => onChange([])}>Show all</Button>
            <Button onClick={() => onChange(columns.map((column) => column.name))}>Hide all</Button>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
