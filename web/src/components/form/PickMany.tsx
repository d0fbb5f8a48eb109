import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useId, useState } from "react";
import { Button } from "../action/Button";
import { Check } from "./Check";
import type { Choice } from "./Select";
import { TextInput, controlStyle } from "./TextInput";
import { classes } from "../classes";

interface Props {
  label: string;
  /** What an empty choice means, such as "All rules". */
  none: string;
  choices: Choice[];
  value: string[];
  onChange: (value: string[]) => void;
}

/** Several of many, with a search when there are more than a few. */
export function PickMany({ label, none, choices, value, onChange }: Props) {
  const [search, setSearch] = useState("");
  const id = useId();
  const shown = choices.filter((choice) => choice.text.toLowerCase().includes(search.toLowerCase()));
  const toggle = (item: string, on: boolean) =>
    onChange(on ? [...value, item] : value.filter((other) => other !== item));
  const chosen = choices.filter((choice) => value.includes(choice.value)).map((choice) => choice.text);
  return (
    <div>
      <span id={id} className="mb-1 block text-sm font-medium">
        {label}
      </span>
      <Popover.Root>
        <Popover.Trigger
          aria-labelledby={`${id} ${id}-value`}
          className={classes(
            controlStyle,
            "flex h-9 items-center justify-between gap-2 text-left max-md:h-11",
          )}
        >
          <span id={`${id}-value`} className="truncate">
            {chosen.length === 0 ? none : chosen.length > 2 ? `${chosen.length} chosen` : chosen.join(", ")}
          </span>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={4}
            aria-label={label}
            className="z-50 w-(--radix-popover-trigger-width) min-w-64 animate-appear rounded-lg bg-raised p-3 shadow-pop"
          >
            {choices.length > 8 && (
              <TextInput
                aria-label={`Search in ${label}`}
                placeholder="Search"
                value={search}
                onChange={(event) => setSearch(event.target.value)}
                className="mb-3"
              />
            )}
            <div className="thin-scroll max-h-56 space-y-2 overflow-y-auto">
              {shown.map((choice) => (
                <Check
                  key={choice.value}
                  checked={value.includes(choice.value)}
                  onChange={(on) => toggle(choice.value, on)}
                >
                  <span className="text-sm">{choice.text}</span>
                </Check>
              ))}
              {shown.length === 0 && <p className="text-sm text-muted">Nothing fits.</p>}
            </div>
            {value.length > 0 && (
              <Button look="quiet" className="mt-2" onClick={() => onChange([])}>
                {none}
              </Button>
            )}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}
