import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { auditLogsQuery } from "@/api/auditLogs";
import { resourceQuery } from "@/api/resources";
import type { Party } from "@/api/types";
import { classes } from "@/components/classes";

interface Props {
  /** The id of the integration whose log tells of it. */
  integration: string;
  party: Party;
  className?: string;
}

/** Who, or what, a vendor's log tells of: a link where that is a resource we have. */
export function PartyLink({ integration, party, className }: Props) {
  const { data: logs = [] } = useQuery(auditLogsQuery);
  const kinds = logs.find((log) => log.integration.id === integration)?.kinds;
  const type = (party.kind === null ? undefined : kinds?.[party.kind]) ?? "";
  const key = party.id ?? "";
  const { data: resource } = useQuery({
    ...resourceQuery({ type, integration, key }),
    enabled: type !== "" && key !== "",
    staleTime: 60_000,
  });
  const name = party.name ?? resource?.label ?? party.id ?? "unknown";
  if (resource === undefined) return <span className={className}>{name}</span>;
  return (
    <Link
      to="/resources/$type/$integration"
      params={{ type, integration }}
      search={{ key }}
      className={classes("link", className)}
    >
      {name}
    </Link>
  );
}
