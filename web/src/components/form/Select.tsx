import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "../classes";
import { controlStyle } from "./TextInput";

export interface Choice {
  value: string;
  text: string;
}

interface Props extends ComponentProps<"select"> {
  choices: Choice[];
  /** Smaller, for a row of filters. */
  small?: boolean;
}

/** The browser's own list: at home on every device, and with every aid. */
export function Select({ choices, small, className, ...rest }: Props) {
  return (
    <span className={classes("relative inline-flex", className)}>
      <select
        {...rest}
        className={classes(
          controlStyle,
          "appearance-none truncate pr-8",
          small ? "h-8 border-line-strong/50 text-sm font-medium max-md:h-10" : "h-9 max-md:h-11",
        )}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} className="bg-raised text-ink">
            {choice.text}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  );
}
