import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { classes } from "../classes";
import { controlStyle } from "./TextInput";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

/** Asks after a short pause in typing. The key / leads here. */
export function SearchInput({ label, value, onChange, className }: Props) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = window.setTimeout(() => onChange(text), 250);
    return () => window.clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <span className={classes("relative inline-flex", className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint"
      />
      <input
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className={classes(controlStyle, "h-8 border-line-strong/50 pl-8 text-sm max-md:h-10")}
      />
    </span>
  );
}
