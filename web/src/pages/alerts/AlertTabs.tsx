import { TabLinks } from "@/components/layout/TabLinks";

export function AlertTabs() {
  return (
    <TabLinks
      label="Alerts"
      links={[
        { text: "Alerts", exact: true, link: { to: "/alerts" } },
        { text: "Channels", link: { to: "/alerts/channels" } },
        { text: "Deliveries", link: { to: "/alerts/deliveries" } },
      ]}
    />
  );
}
