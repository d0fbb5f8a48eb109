import { useSuspenseQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { usersQuery } from "@/api/settings";
import type { User } from "@/api/types";
import { Button } from "@/components/action/Button";
import { Badge } from "@/components/badge/Badge";
import { Permitted } from "@/components/feedback/Permitted";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { Ago } from "@/components/text/Time";
import { Ban, Hourglass } from "lucide-react";
import { InviteDialog } from "./InviteDialog";
import { roleText } from "./roles";
import { SettingsTabs } from "./SettingsTabs";
import { UserActions } from "./UserActions";

export default function UsersPage() {
  return (
    <Permitted to="manage_users">
      <UsersList />
    </Permitted>
  );
}

function UsersList() {
  const { data: users } = useSuspenseQuery(usersQuery);
  const [inviting, setInviting] = useState(false);
  return (
    <>
      <PageHeader
        title="Users"
        crumbs={[{ text: "Settings", link: { to: "/settings" } }]}
        actions={
          <Button look="primary" icon={UserPlus} onClick={() => setInviting(true)}>
            Invite someone
          </Button>
        }
      />
      <SettingsTabs />
      <Panel flush>
        <ListTable label="Users" columns={columns} items={users} rowKey={(user) => user.id} />
      </Panel>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

const columns: ListColumn<User>[] = [
  {
    id: "name",
    header: "Name",
    grow: true,
    sort: (user) => user.name,
    cell: (user) => (
      <>
        <span className="flex flex-wrap items-center gap-2 font-medium">
          {user.name}
          {user.disabled && (
            <Badge tone="info" icon={Ban}>
              Disabled
            </Badge>
          )}
          {user.invited && (
            <Badge tone="medium" icon={Hourglass}>
              Invited
            </Badge>
          )}
        </span>
        <span className="block text-muted">{user.email}</span>
        <span className="block text-muted sm:hidden">{roleText[user.role].text}</span>
      </>
    ),
  },
  {
    id: "role",
    header: "Role",
    from: "sm",
    sort: (user) => user.role,
    cell: (user) => roleText[user.role].text,
  },
  {
    id: "seen",
    header: "Last seen",
    from: "sm",
    sort: (user) => user.lastSeenAt ?? "",
    cell: (user) => <Ago at={user.lastSeenAt} />,
  },
  {
    id: "created",
    header: "Added",
    from: "md",
    sort: (user) => user.createdAt,
    cell: (user) => <Ago at={user.createdAt} />,
  },
  { id: "actions", header: "Actions", quiet: true, cell: (user) => <UserActions user={user} /> },
];
