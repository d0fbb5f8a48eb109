import { useMay } from "@/api/session";
import { TabLinks, type TabLink } from "@/components/layout/TabLinks";

export function SettingsTabs() {
  const users = useMay("manage_users");
  const audit = useMay("read_audit");
  const links: TabLink[] = [
    { text: "Your account", exact: true, link: { to: "/settings" } },
    { text: "API keys", link: { to: "/settings/keys" } },
  ];
  if (users) links.splice(1, 0, { text: "Users", link: { to: "/settings/users" } });
  if (audit) links.push({ text: "Audit log", link: { to: "/settings/audit" } });
  return <TabLinks label="Settings" links={links} />;
}
