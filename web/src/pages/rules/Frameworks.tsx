import type { Rule } from "@/api/types";
import { Tag } from "@/components/badge/Badge";

/** The controls a rule answers, framework by framework. */
export function Frameworks({ frameworks }: { frameworks: Rule["frameworks"] }) {
  if (frameworks.length === 0) return "none";
  const names = [...new Set(frameworks.map((one) => one.framework))];
  return (
    <ul className="space-y-2">
      {names.map((name) => (
        <li key={name}>
          <span className="mb-0.5 block text-xs text-muted">{name}</span>
          <span className="flex flex-wrap gap-1">
            {frameworks
              .filter((one) => one.framework === name)
              .map((one) => (
                <Tag key={one.control}>{one.control}</Tag>
              ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
