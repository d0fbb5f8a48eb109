import { useId, type ReactNode } from "react";
import { sentence } from "@/api/problem";

export interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
}

interface Props {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  children: (wiring: Wiring) => ReactNode;
}

/** A control with its label, its help and what is wrong with it, wired together. */
export function Labelled({ label, help, error, optional, children }: Props) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
        {optional && <span className="font-normal text-faint"> (optional)</span>}
      </label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": Boolean(error) })}
      {error && (
        <p id={`${id}-error`} className="mt-1 text-sm text-critical">
          {sentence(error)}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="mt-1 text-sm text-muted">
          {help}
        </p>
      )}
    </div>
  );
}
