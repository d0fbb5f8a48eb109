import { useQuery } from "@tanstack/react-query";
import { useRouter, type LinkProps } from "@tanstack/react-router";
import { useId, useState, type KeyboardEvent } from "react";
import { rulesQuery } from "@/api/findings";
import { integrationsQuery } from "@/api/integrations";
import { typesQuery } from "@/api/resources";
import { classes } from "@/components/classes";
import { TextInput } from "@/components/form/TextInput";
import { Modal } from "@/components/overlay/Modal";
import { places } from "./navigation";
import { closePanel } from "./shortcuts";

interface Target {
  text: string;
  kind: string;
  link: LinkProps;
}

const most = 12;

export default function GoToDialog() {
  const router = useRouter();
  const id = useId();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const targets = useTargets();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = targets
    .filter((target) => words.every((word) => target.text.toLowerCase().includes(word)))
    .slice(0, most);
  const go = (target: Target | undefined) => {
    if (target === undefined) return;
    closePanel();
    void router.navigate(target.link);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      setChosen((current) => (current + by + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(found[chosen]);
    }
  };
  return (
    <Modal open onOpenChange={closePanel} title="Go to">
      <TextInput
        role="combobox"
        aria-label="Page, integration, type or rule"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found[chosen] ? `${id}-${chosen}` : undefined}
        placeholder="A page, integration, type or rule"
        autoComplete="off"
        value={text}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Where to" className="mt-2 min-h-40">
        {found.map((target, index) => (
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field above takes the keys
          <div
            key={`${target.kind}-${target.text}`}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onClick={() => go(target)}
            onMouseMove={() => setChosen(index)}
            className={classes(
              "flex h-9 cursor-pointer items-center justify-between gap-4 rounded-md px-2.5",
              index === chosen && "bg-hover",
            )}
          >
            <span className="truncate">{target.text}</span>
            <span className="shrink-0 text-xs text-muted">{target.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="px-2.5 text-sm text-muted">Nothing has that name.</p>}
    </Modal>
  );
}

function useTargets(): Target[] {
  const { data: types = [] } = useQuery(typesQuery());
  const { data: rules = [] } = useQuery(rulesQuery);
  const { data: integrations = [] } = useQuery(integrationsQuery);
  return [
    ...places.map((place) => ({ text: place.text, kind: "Page", link: { to: place.to } })),
    ...integrations.map(({ id, name }) => ({
      text: name,
      kind: "Integration",
      link: { to: "/integrations/$id" as const, params: { id } },
    })),
    ...types.map(({ name, title }) => ({
      text: `${title} ${name}`,
      kind: "Type",
      link: { to: "/resources/$type" as const, params: { type: name } },
    })),
    ...rules.map(({ id, title }) => ({
      text: `${id} ${title}`,
      kind: "Rule",
      link: { to: "/rules/$id" as const, params: { id } },
    })),
  ];
}
