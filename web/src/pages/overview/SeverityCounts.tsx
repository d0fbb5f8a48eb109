import { Link } from "@tanstack/react-router";
import { severities, type Overview } from "@/api/types";
import { SeverityMark, severityName } from "@/components/badge/Severity";
import { classes } from "@/components/classes";
import { count } from "@/components/text/numbers";

interface Props {
  findings: Overview["findings"];
  className?: string;
}

/** How much is open, by how much it weighs. */
export function SeverityCounts({ findings, className }: Props) {
  return (
    <section aria-label="Open findings by severity" className={className}>
      <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-5">
        {severities.map((severity) => (
          <li key={severity} className="bg-surface max-sm:last:col-span-2">
            <Link
              to="/findings"
              search={{ severity }}
              className="block px-4 py-3 -outline-offset-2 transition-colors hover:bg-hover"
            >
              <span className="flex items-center gap-1.5 text-sm text-muted">
                <SeverityMark severity={severity} />
                {severityName[severity]}
              </span>
              <span
                className={classes(
                  "mt-0.5 block text-2xl font-semibold tracking-tight tabular-nums",
                  findings[severity] === 0 && "text-faint",
                )}
              >
                {count(findings[severity])}
                <span className="sr-only"> open findings</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
