import { Trash2, Users } from "lucide-react";
import { useState } from "react";
import { useDeleteQuery } from "@/api/queries";
import type { Query } from "@/api/types";
import { IconButton } from "@/components/action/IconButton";
import { Confirm } from "@/components/overlay/Confirm";

interface Props {
  saved: Query[];
  onTake: (sql: string, id?: string) => void;
}

const groups: { title: string; belongs: (query: Query) => boolean }[] = [
  { title: "Yours", belongs: (query) => query.kind === "saved" && query.mine },
  { title: "Shared by others", belongs: (query) => query.kind === "saved" && !query.mine },
  { title: "They come with Muster", belongs: (query) => query.kind === "managed" },
];

export function QueryList({ saved, onTake }: Props) {
  const [deleting, setDeleting] = useState<Query | null>(null);
  const remove = useDeleteQuery();
  return (
    <div className="space-y-4">
      {groups.map((group) => {
        const queries = saved.filter(group.belongs);
        if (queries.length === 0) return null;
        return (
          <section key={group.title}>
            <h2 className="px-2 pb-1 text-xs font-medium text-muted">{group.title}</h2>
            <ul>
              {queries.map((query) => (
                <li key={query.id} className="flex items-start rounded-md hover:bg-hover">
                  <button
                    type="button"
                    title={query.description || undefined}
                    onClick={() => onTake(query.sql, query.id)}
                    className="min-w-0 flex-1 rounded-md px-2 py-1.5 text-left text-sm -outline-offset-2"
                  >
                    {query.title}
                    {query.kind === "saved" && query.shared && (
                      <span className="flex items-center gap-1 text-xs text-muted">
                        <Users aria-hidden className="size-3.5" />
                        {query.mine ? "shared" : query.owner}
                      </span>
                    )}
                  </button>
                  {query.mine && query.kind === "saved" && (
                    <IconButton
                      label={`Delete ${query.title}`}
                      icon={Trash2}
                      onClick={() => setDeleting(query)}
                    />
                  )}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      <Confirm
        open={deleting !== null}
        onOpenChange={() => setDeleting(null)}
        title={`Delete ${deleting?.title ?? ""}?`}
        action="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => deleting && remove.mutate(deleting.id, { onSuccess: () => setDeleting(null) })}
      >
        <p>{deleting?.shared ? "It goes for everybody it is shared with." : "Only you see it."}</p>
      </Confirm>
    </div>
  );
}
