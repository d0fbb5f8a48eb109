import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Database } from "lucide-react";
import { integrationsQuery } from "@/api/integrations";
import { typesQuery } from "@/api/resources";
import type { ResourceType } from "@/api/types";
import { Button } from "@/components/action/Button";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { PageProblem } from "@/components/feedback/PageProblem";
import { FilterBar } from "@/components/layout/FilterBar";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { count, counted } from "@/components/text/numbers";
import { TypeName } from "@/components/text/TypeName";
import { IntegrationFilter } from "../IntegrationFilter";

const route = getRouteApi("/inside/resources");

export default function TypesPage() {
  const { integration } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: integrations } = useSuspenseQuery(integrationsQuery);
  const types = useQuery(typesQuery(integration));
  const total = types.data?.reduce((sum, type) => sum + type.resources, 0) ?? 0;
  return (
    <>
      <PageHeader
        title="Resources"
        description={
          types.data
            ? `${counted(total, "resource")} of ${counted(types.data.length, "type")}. Each type is a table in SQL.`
            : "Each type is a table in SQL."
        }
      />
      {integrations.length > 1 && (
        <FilterBar label="Filter the types">
          <IntegrationFilter
            value={integration}
            onChange={(next) => void navigate({ search: { integration: next } })}
          />
        </FilterBar>
      )}
      <Panel flush>
        {types.isPending && <LoadingRows rows={16} />}
        {types.isError && <PageProblem error={types.error} />}
        {types.data?.length === 0 && (
          <EmptyState
            icon={Database}
            title="There is nothing here yet"
            action={
              <Button asChild look="primary">
                <Link to="/integrations">Integrations</Link>
              </Button>
            }
          >
            Resources appear page by page while the first poll runs.
          </EmptyState>
        )}
        {types.data && types.data.length > 0 && (
          <ListTable
            label="Resource types"
            columns={columns(integration)}
            items={types.data}
            rowKey={(type) => type.name}
          />
        )}
      </Panel>
    </>
  );
}

const columns = (integration: string | undefined): ListColumn<ResourceType>[] => [
  {
    id: "type",
    header: "Type",
    sort: (type) => type.title,
    cell: (type) => (
      <>
        <Link
          data-row
          to="/resources/$type"
          params={{ type: type.name }}
          search={{ integration }}
          className="font-medium hover:underline"
        >
          {type.title}
        </Link>
        <span className="block">
          <TypeName name={type.name} />
        </span>
      </>
    ),
  },
  {
    id: "description",
    header: "What it is",
    from: "md",
    grow: true,
    cell: (type) => <span className="block max-w-[72ch] text-muted">{type.description}</span>,
  },
  {
    id: "columns",
    header: "Columns",
    from: "lg",
    numeric: true,
    sort: (type) => type.columns.length,
    cell: (type) => type.columns.length,
  },
  {
    id: "resources",
    header: "Resources",
    numeric: true,
    sort: (type) => type.resources,
    cell: (type) => count(type.resources),
  },
];
