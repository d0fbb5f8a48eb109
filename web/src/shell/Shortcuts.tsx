import { Check } from "@/components/form/Check";
import { Modal } from "@/components/overlay/Modal";
import { Kbd } from "./Kbd";
import { places } from "./navigation";
import { closePanel, enableShortcuts, usePanel, useShortcutsEnabled } from "./shortcuts";

const keys: { keys: string[]; text: string }[] = [
  { keys: ["Ctrl", "K"], text: "Go to any page, type or rule" },
  { keys: ["/"], text: "Search in this page" },
  { keys: ["j"], text: "Next row" },
  { keys: ["k"], text: "Previous row" },
  { keys: ["Enter"], text: "Open the row" },
  { keys: ["Ctrl", "Enter"], text: "Run the query" },
  { keys: ["Esc"], text: "Close, or cancel the query" },
  { keys: ["?"], text: "This list" },
];

export function Shortcuts() {
  const panel = usePanel();
  const enabled = useShortcutsEnabled();
  return (
    <Modal
      wide
      open={panel === "shortcuts"}
      onOpenChange={closePanel}
      title="Keyboard shortcuts"
      description="On a Mac, Cmd takes the place of Ctrl."
    >
      <div className="grid gap-x-8 gap-y-6 sm:grid-cols-2">
        <List rows={keys} />
        <List rows={places.map((place) => ({ keys: ["g", place.letter], text: place.text }))} />
      </div>
      <div className="mt-6 border-t border-line pt-4">
        <Check
          checked={enabled}
          onChange={enableShortcuts}
          help="Switch them off if you dictate, or if they get in your way."
        >
          Single-key shortcuts
        </Check>
      </div>
    </Modal>
  );
}

function List({ rows }: { rows: { keys: string[]; text: string }[] }) {
  return (
    <dl className="space-y-1.5 text-sm">
      {rows.map((row) => (
        <div key={row.text} className="flex items-center justify-between gap-4">
          <dt>{row.text}</dt>
          <dd className="flex gap-1">
            {row.keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
