import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Braces, Plus } from "lucide-react";
import { customTypesQuery } from "@/api/customTypes";
import { sentence } from "@/api/problem";
import type { CustomType, Integration } from "@/api/types";
import { Button } from "@/components/action/Button";
import { TypeBadge, typeStatusName } from "@/components/badge/states";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Panel } from "@/components/layout/Panel";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { count } from "@/components/text/numbers";
import { Said } from "@/components/text/Said";
import { Ago } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";

interface Props {
  integration: Integration;
  manages: boolean;
}

/** The types of one's own that an integration holds. */
export function CustomTypes({ integration, manages }: Props) {
  const types = useQuery(customTypesQuery);
  const items = types.data?.filter((type) => type.integration.id === integration.id) ?? [];
  const add = manages && (
    <Button asChild look="primary">
      <Link to="/integrations/$id/types/new" params={{ id: integration.id }}>
        <Plus aria-hidden className="size-4" />
        New type
      </Link>
    </Button>
  );
  return (
    <Panel flush title="Types" note="each is a table in SQL" actions={items.length > 0 && add}>
      {types.isError && <ProblemNotice error={types.error} />}
      {types.isPending ? (
        <LoadingRows rows={3} />
      ) : items.length === 0 ? (
        <EmptyState icon={Braces} title="No type yet" action={add}>
          A type says by a JSON Schema what your resources look like. Then they are pushed, and have changes,
          rules and alerts like any other.
        </EmptyState>
      ) : (
        <ListTable
          label="Types"
          columns={columns(integration.id)}
          items={items}
          rowKey={(type) => type.name}
        />
      )}
    </Panel>
  );
}

const columns = (id: string): ListColumn<CustomType>[] => [
  {
    id: "type",
    header: "Type",
    grow: true,
    sort: (type) => type.title,
    cell: (type) => (
      <>
        <Link
          data-row
          to="/integrations/$id/types/$type"
          params={{ id, type: type.name }}
          className="font-medium hover:underline"
        >
          {type.title}
        </Link>
        <span className="block">
          <TypeName name={type.name} />
        </span>
        {type.reason && (
          <span className="mt-0.5 block max-w-[70ch] whitespace-normal text-muted">
            <Said text={sentence(type.reason)} />
          </span>
        )}
      </>
    ),
  },
  {
    id: "key",
    header: "Key",
    from: "md",
    cell: (type) => <code className="text-xs">{type.key.join(", ")}</code>,
  },
  {
    id: "state",
    header: "State",
    sort: (type) => typeStatusName(type.status),
    cell: (type) => <TypeBadge status={type.status} />,
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
    id: "pushed",
    header: "Last full push",
    from: "md",
    sort: (type) => type.lastFullPush ?? "",
    cell: (type) => <Ago at={type.lastFullPush} />,
  },
];
