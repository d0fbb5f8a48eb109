import { useQuery } from "@tanstack/react-query";
import { ListFilter } from "lucide-react";
import { Popover } from "radix-ui";
import { useId, useState } from "react";
import { frequentQuery, type EventFilter } from "@/api/auditLogs";
import { Button } from "@/components/action/Button";
import { Labelled } from "@/components/form/Labelled";
import { Select } from "@/components/form/Select";
import { TextInput } from "@/components/form/TextInput";
import { conditions, conditionText, type Condition } from "./eventSearch";

interface Props {
  /** What the values that are offered are counted among. */
  filter: EventFilter;
  onAdd: (condition: Condition, value: string) => void;
}

const help: Record<Condition, string | undefined> = {
  activity: "As the vendor calls it; several separated by commas.",
  action: "The verb of the activity; several separated by commas.",
  outcome: "Several separated by commas.",
  actor: "Part of the name, or the vendor's id.",
  target: "Part of the name, or the vendor's id.",
};

/** Puts a condition on the events. What is frequent is offered. */
export function AddEventFilter({ filter, onAdd }: Props) {
  const [open, setOpen] = useState(false);
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
          <Fields
            filter={filter}
            onAdd={(condition, value) => {
              onAdd(condition, value);
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Fields({ filter, onAdd }: Props) {
  const list = useId();
  const [condition, setCondition] = useState<Condition>("activity");
  const [value, setValue] = useState("");
  const counted = condition !== "target";
  const { data: frequent = [] } = useQuery({
    ...frequentQuery(filter, counted ? condition : "activity"),
    enabled: counted,
  });
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(condition, value.trim());
      }}
    >
      <Labelled label="What">
        {(wiring) => (
          <Select
            {...wiring}
            className="w-full"
            value={condition}
            onChange={(event) => {
              setCondition(event.target.value as Condition);
              setValue("");
            }}
            choices={conditions.map((one) => ({ value: one, text: conditionText[one] }))}
          />
        )}
      </Labelled>
      <Labelled label="Is" help={help[condition]}>
        {(wiring) => (
          <TextInput
            {...wiring}
            required
            autoComplete="off"
            spellCheck={false}
            list={list}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Labelled>
      <datalist id={list}>{counted && frequent.map((one) => <option key={one} value={one} />)}</datalist>
      {counted && frequent.length > 0 && (
        <ul aria-label="Frequent" className="flex flex-wrap gap-1.5">
          {frequent.slice(0, 6).map((one) => (
            <li key={one} className="min-w-0">
              <button
                type="button"
                onClick={() => onAdd(condition, one)}
                className="max-w-full truncate rounded-full border border-line px-2 py-0.5 text-xs text-muted hover:border-line-strong hover:text-ink"
              >
                {one}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Button type="submit" look="primary" className="w-full">
        Add filter
      </Button>
    </form>
  );
}
