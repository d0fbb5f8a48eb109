import { Link } from "@tanstack/react-router";
import { Hourglass } from "lucide-react";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import type { IntegrationDetail, TypeState } from "@/api/types";
import { Badge } from "@/components/badge/Badge";
import { TypeBadge, typeStatusName } from "@/components/badge/states";
import { Panel } from "@/components/layout/Panel";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { count } from "@/components/text/numbers";
import { Ago } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";

export function TypeStates({ integration }: { integration: IntegrationDetail }) {
  const missing = integration.types.filter((type) => type.reason !== null).length;
  return (
    <Panel
      flush
      title="Resource types"
      note={missing > 0 ? `${missing} with something missing` : "nothing is missing"}
    >
      <ListTable
        label="State of each resource type"
        columns={columns(integration.id)}
        items={integration.types}
        rowKey={(type) => type.type}
      />
    </Panel>
  );
}

const columns = (integration: string): ListColumn<TypeState>[] => [
  {
    id: "type",
    header: "Type",
    grow: true,
    sort: (type) => type.title,
    cell: (type) => (
      <>
        <Link
          data-row
          to="/resources/$type"
          params={{ type: type.type }}
          search={{ integration }}
          className="font-medium hover:underline"
        >
          {type.title}
        </Link>
        <span className="block">
          <TypeName name={type.type} />
        </span>
        {type.reason && (
          <span className="mt-0.5 block max-w-[70ch] wrap-anywhere whitespace-normal text-muted">
            <Said text={sentence(type.reason)} />
          </span>
        )}
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    sort: (type) => typeStatusName(type.status),
    cell: (type) => (
      <span className="inline-flex flex-wrap gap-1">
        <TypeBadge status={type.status} />
        {type.stale && (
          <Badge tone="medium" icon={Hourglass}>
            Stale
          </Badge>
        )}
      </span>
    ),
  },
  {
    id: "resources",
    header: "Resources",
    from: "sm",
    numeric: true,
    sort: (type) => type.resources,
    cell: (type) => count(type.resources),
  },
  {
    id: "lastComplete",
    header: "Last complete",
    from: "md",
    sort: (type) => type.lastComplete ?? "",
    cell: (type) => <Ago at={type.lastComplete} />,
  },
  {
    id: "parents",
    header: "Parents",
    from: "lg",
    numeric: true,
    cell: (type) =>
      type.parents === null || type.parentsDone === null
        ? ""
        : `${count(type.parentsDone)} of ${count(type.parents)}`,
  },
];
