import { useSuspenseQuery } from "@tanstack/react-query";
import { Ban, KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { keysQuery } from "@/api/settings";
import type { ApiKey } from "@/api/types";
import { Button } from "@/components/action/Button";
import { Badge } from "@/components/badge/Badge";
import { EmptyState } from "@/components/feedback/EmptyState";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { Ago } from "@/components/text/Time";
import { KeyActions } from "./KeyActions";
import { KeyDialog } from "./KeyDialog";
import { scopeText } from "./scopes";
import { SettingsTabs } from "./SettingsTabs";

export default function KeysPage() {
  const { data: keys } = useSuspenseQuery(keysQuery);
  const [making, setMaking] = useState(false);
  const make = (
    <Button look="primary" icon={Plus} onClick={() => setMaking(true)}>
      New key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="API keys"
        crumbs={[{ text: "Settings", link: { to: "/settings" } }]}
        description={
          <>
            Sent as <code>Authorization: Bearer KEY</code>. The API is described at{" "}
            <a href="/api/openapi.json" className="link">
              /api/openapi.json
            </a>
            .
          </>
        }
        actions={make}
      />
      <SettingsTabs />
      <Panel flush>
        {keys.length === 0 ? (
          <EmptyState icon={KeyRound} title="No key yet" action={make}>
            A key lets a script or another tool query the register.
          </EmptyState>
        ) : (
          <ListTable label="API keys" columns={columns} items={keys} rowKey={(key) => key.id} />
        )}
      </Panel>
      {making && <KeyDialog onClose={() => setMaking(false)} />}
    </>
  );
}

const columns: ListColumn<ApiKey>[] = [
  {
    id: "name",
    header: "Name",
    grow: true,
    sort: (key) => key.name,
    cell: (key) => (
      <>
        <span className="flex flex-wrap items-center gap-2 font-medium">
          {key.name}
          {key.disabled && (
            <Badge tone="info" icon={Ban}>
              Disabled
            </Badge>
          )}
        </span>
        <code className="block text-xs text-muted">{`${key.prefix}…`}</code>
      </>
    ),
  },
  {
    id: "scope",
    header: "Scope",
    sort: (key) => key.scope,
    cell: (key) => (
      <>
        {scopeText[key.scope].text}
        {key.resourceType && <code className="block text-xs text-muted">{key.resourceType}</code>}
      </>
    ),
  },
  { id: "by", header: "Made by", from: "md", sort: (key) => key.createdBy, cell: (key) => key.createdBy },
  {
    id: "used",
    header: "Last used",
    from: "sm",
    sort: (key) => key.lastUsedAt ?? "",
    cell: (key) => <Ago at={key.lastUsedAt} />,
  },
  {
    id: "expires",
    header: "Expires",
    from: "sm",
    sort: (key) => key.expiresAt ?? "9",
    cell: (key) => <Ago at={key.expiresAt} />,
  },
  { id: "actions", header: "Actions", quiet: true, cell: (key) => <KeyActions apiKey={key} /> },
];
