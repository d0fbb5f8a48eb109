import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ClipboardCheck } from "lucide-react";
import { packsQuery } from "@/api/findings";
import { EmptyState } from "@/components/feedback/EmptyState";
import { PageHeader } from "@/components/layout/PageHeader";
import { rowLink } from "@/components/layout/rowLink";
import { Panel } from "@/components/layout/Panel";
import { Score } from "./Score";

export default function PacksPage() {
  const { data: packs } = useSuspenseQuery(packsQuery);
  return (
    <>
      <PageHeader
        title="Packs"
        description="Standards and good practice, control by control, decided by rules."
      />
      {packs.length === 0 ? (
        <Panel>
          <EmptyState icon={ClipboardCheck} title="No pack is loaded" />
        </Panel>
      ) : (
        <ul className="grid gap-4 md:grid-cols-2">
          {packs.map((pack) => (
            <li
              key={pack.id}
              className="relative rounded-lg border border-line bg-surface p-5 transition-colors hover:border-line-strong"
            >
              <h2 className="text-lg font-semibold">
                <Link
                  data-row
                  to="/packs/$id"
                  params={{ id: pack.id }}
                  className={`${rowLink} whitespace-normal after:rounded-lg`}
                >
                  {pack.title}
                </Link>
              </h2>
              <p className="mt-0.5 text-sm text-muted">{`${pack.version} · ${pack.description}`}</p>
              <div className="mt-4">
                <Score pack={pack} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
