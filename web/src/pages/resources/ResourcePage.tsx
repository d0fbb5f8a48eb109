import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { resourceQuery } from "@/api/resources";
import { PageHeader } from "@/components/layout/PageHeader";
import { TabLinks, type TabLink } from "@/components/layout/TabLinks";
import { Ago } from "@/components/text/Time";
import { TypeName } from "@/components/text/TypeName";
import { FieldsView } from "./FieldsView";
import { FindingsView } from "./FindingsView";
import { HistoryView } from "./HistoryView";
import { RawView } from "./RawView";

const route = getRouteApi("/inside/resources/$type/$integration");
const views = [
  ["Fields", undefined],
  ["History", "history"],
  ["Findings", "findings"],
  ["Raw JSON", "raw"],
] as const;

export default function ResourcePage() {
  const { type, integration } = route.useParams();
  const { key = "", view } = route.useSearch();
  const place = { type, integration, key };
  const { data: resource } = useSuspenseQuery(resourceQuery(place));
  const links: TabLink[] = views.map(([text, name]) => ({
    text,
    exact: true,
    link: { to: "/resources/$type/$integration", params: { type, integration }, search: { key, view: name } },
  }));
  return (
    <>
      <PageHeader
        title={resource.label}
        mark={<TypeName name={type} />}
        crumbs={[
          { text: "Resources", link: { to: "/resources" } },
          { text: resource.title, link: { to: "/resources/$type", params: { type } } },
        ]}
        description={
          <>
            {`${resource.integration.name} · last changed `}
            <Ago at={resource.recordedAt} />
            {" · "}
            <code className="text-sm">{resource.key}</code>
          </>
        }
      />
      <TabLinks label="Views of this resource" links={links} />
      {view === "history" ? (
        <HistoryView place={place} />
      ) : view === "findings" ? (
        <FindingsView place={place} />
      ) : view === "raw" ? (
        <RawView document={resource.document} />
      ) : (
        <FieldsView resource={resource} />
      )}
    </>
  );
}
