import { Check as Tick } from "lucide-react";
import { Checkbox } from "radix-ui";
import { useId, type ReactNode } from "react";

interface Props {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
  help?: string;
}

export function Check({ checked, onChange, children, help }: Props) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <Checkbox.Root
        id={id}
        checked={checked}
        onCheckedChange={(value) => onChange(value === true)}
        aria-describedby={help ? `${id}-help` : undefined}
        className="mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface data-[state=checked]:border-solid data-[state=checked]:bg-solid data-[state=checked]:text-on-solid"
      >
        <Checkbox.Indicator>
          <Tick aria-hidden className="size-3.5" strokeWidth={3} />
        </Checkbox.Indicator>
      </Checkbox.Root>
      <div className="min-w-0">
        <label htmlFor={id} className="cursor-pointer text-base">
          {children}
        </label>
        {help && (
          <p id={`${id}-help`} className="text-sm text-muted">
            {help}
          </p>
        )}
      </div>
    </div>
  );
}
