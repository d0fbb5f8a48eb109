import { Tabs } from "radix-ui";
import type { Catalogue, Query } from "@/api/types";
import { HistoryList } from "./HistoryList";
import { QueryList } from "./QueryList";
import { TableList } from "./TableList";

interface Props {
  saved: Query[];
  catalogue: Catalogue | undefined;
  onTake: (sql: string, id?: string) => void;
}

const tab =
  "flex-1 border-b-2 border-transparent py-2 text-sm font-medium text-muted -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink";
const page = "thin-scroll min-h-0 flex-1 overflow-y-auto p-2 -outline-offset-2";

/** What was written before, and what can be asked about. */
export function Library({ saved, catalogue, onTake }: Props) {
  return (
    <Tabs.Root
      defaultValue="queries"
      className="flex min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-surface max-lg:max-h-96"
    >
      <Tabs.List aria-label="Library" className="flex border-b border-line px-2">
        <Tabs.Trigger value="queries" className={tab}>
          Queries
        </Tabs.Trigger>
        <Tabs.Trigger value="tables" className={tab}>
          Tables
        </Tabs.Trigger>
        <Tabs.Trigger value="history" className={tab}>
          History
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="queries" className={page}>
        <QueryList saved={saved} onTake={onTake} />
      </Tabs.Content>
      <Tabs.Content value="tables" className={page}>
        <TableList tables={catalogue?.tables ?? []} onTake={onTake} />
      </Tabs.Content>
      <Tabs.Content value="history" className={page}>
        <HistoryList onTake={onTake} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
