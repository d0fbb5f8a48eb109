import { ToggleGroup } from "radix-ui";

export type View = "table" | "json";

const style =
  "h-7 rounded-sm px-2.5 text-sm text-muted data-[state=on]:bg-surface data-[state=on]:text-ink data-[state=on]:font-medium data-[state=on]:ring-1 data-[state=on]:ring-line-strong/60";

export function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <ToggleGroup.Root
      type="single"
      value={view}
      aria-label="Show the answer as"
      onValueChange={(next) => next !== "" && onChange(next as View)}
      className="inline-flex rounded-md bg-sunken p-0.5"
    >
      <ToggleGroup.Item value="table" className={style}>
        Table
      </ToggleGroup.Item>
      <ToggleGroup.Item value="json" className={style}>
        JSON
      </ToggleGroup.Item>
    </ToggleGroup.Root>
  );
}
