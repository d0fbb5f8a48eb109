import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { SearchX, SquareTerminal } from "lucide-react";
import { useCallback, useMemo } from "react";
import { Problem } from "@/api/problem";
import { resourcesQuery, typesQuery } from "@/api/resources";
import { Button } from "@/components/action/Button";
import { EmptyState } from "@/components/feedback/EmptyState";
import { LoadingRows } from "@/components/feedback/Loading";
import { PageProblem } from "@/components/feedback/PageProblem";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { SearchInput } from "@/components/form/SearchInput";
import { FilterBar } from "@/components/layout/FilterBar";
import { PageHeader } from "@/components/layout/PageHeader";
import { GridTable } from "@/components/table/GridTable";
import { counted } from "@/components/text/numbers";
import { TypeName } from "@/components/text/TypeName";
import { IntegrationFilter } from "../IntegrationFilter";
import { ColumnChoice } from "./ColumnChoice";
import { AddFilter, FilterChips } from "./Filters";
import { gridColumns, tableColumns } from "./gridColumns";
import { useHiddenColumns } from "./hiddenColumns";

const route = getRouteApi("/inside/resources/$type");

export default function ResourcesPage() {
  const { type: name } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: types } = useSuspenseQuery(typesQuery());
  const type = types.find((one) => one.name === name);
  const resources = useInfiniteQuery({
    ...resourcesQuery({ type: name, ...search }),
    enabled: type !== undefined,
  });
  const columns = useMemo(() => tableColumns(type?.columns ?? []), [type]);
  const grid = useMemo(() => gridColumns(name, columns), [name, columns]);
  const [hidden, setHidden] = useHiddenColumns(name, columns);
  const items = useMemo(() => resources.data?.pages.flatMap((page) => page.items) ?? [], [resources.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = resources;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (type === undefined) {
    return (
      <PageProblem
        error={
          new Problem({ title: "No such type", status: 404, detail: `there is no resource type ${name}` })
        }
      />
    );
  }
  const change = (part: typeof search) => void navigate({ search: { ...search, ...part }, replace: true });
  const filters = search.filter ?? [];
  const total = resources.data?.pages[0]?.total ?? undefined;
  const narrowed = filters.length > 0 || search.q !== undefined || search.integration !== undefined;
  return (
    <div className="flex flex-col md:h-[calc(100dvh-5.5rem)]">
      <PageHeader
        title={type.title}
        mark={<TypeName name={type.name} />}
        crumbs={[{ text: "Resources", link: { to: "/resources" } }]}
        description={type.description}
        actions={
          <Button asChild>
            <Link to="/query" search={{ sql: `SELECT *\nFROM ${type.name}\nLIMIT 100` }}>
              <SquareTerminal aria-hidden className="size-4" />
              Query this table
            </Link>
          </Button>
        }
      />
      <FilterBar label="Filter the resources">
        <SearchInput
          label={`Search ${type.title.toLowerCase()} resources`}
          value={search.q ?? ""}
          onChange={(q) => change({ q: q || undefined })}
          className="w-72 max-w-full max-sm:w-full"
        />
        <IntegrationFilter value={search.integration} onChange={(integration) => change({ integration })} />
        <AddFilter columns={columns} onAdd={(filter) => change({ filter: [...filters, filter] })} />
        <ColumnChoice columns={columns} hidden={hidden} onChange={setHidden} />
        <p role="status" className="ml-auto text-sm text-muted tabular-nums">
          {total !== undefined &&
            counted(total, narrowed ? "match" : "resource", narrowed ? "matches" : "resources")}
        </p>
      </FilterBar>
      <FilterChips
        filters={filters}
        onRemove={(filter) => change({ filter: filters.filter((one) => one !== filter) })}
      />
      {resources.isError && <ProblemNotice error={resources.error} />}
      <div className="flex min-h-72 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-surface">
        {resources.isPending ? (
          <LoadingRows rows={14} />
        ) : items.length === 0 ? (
          <EmptyState
            icon={SearchX}
            title={narrowed ? "Nothing fits" : `No ${type.title.toLowerCase()} here`}
            action={
              narrowed && <Button onClick={() => void navigate({ search: {} })}>Take away all filters</Button>
            }
          >
            {narrowed
              ? "No resource has all of this."
              : "Either there is none, or the integration has not listed this type yet; its page says which."}
          </EmptyState>
        ) : (
          <GridTable
            label={`${type.title} resources`}
            columns={grid}
            items={items}
            rowKey={(row) => `${row.integration.id}/${row.key}`}
            total={total}
            hidden={hidden}
            sort={search.sort}
            onSort={(column) => change({ sort: search.sort === column ? `-${column}` : column })}
            onEnd={onEnd}
            loading={isFetchingNextPage}
            className="flex-1 max-md:max-h-[70dvh]"
          />
        )}
      </div>
    </div>
  );
}
