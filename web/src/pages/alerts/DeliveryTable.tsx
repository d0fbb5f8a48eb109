import { Link } from "@tanstack/react-router";
import { Said } from "@/components/text/Said";
import { sentence } from "@/api/problem";
import type { Delivery } from "@/api/types";
import { DeliveryBadge } from "@/components/badge/states";
import { ListTable, type ListColumn } from "@/components/table/ListTable";
import { Ago } from "@/components/text/Time";

const columns: ListColumn<Delivery>[] = [
  {
    id: "message",
    header: "Message",
    grow: true,
    cell: (delivery) => (
      <>
        <Link
          data-row
          to="/alerts/deliveries/$id"
          params={{ id: delivery.id }}
          className="font-medium hover:underline"
        >
          {delivery.title}
        </Link>
        <span className="block text-muted">
          {`${delivery.alert?.name ?? "A test"} to ${delivery.channel.name}`}
        </span>
        {delivery.lastError && delivery.status !== "sent" && (
          <span className="block max-w-[70ch] text-muted">
            <Said text={sentence(delivery.lastError)} />
          </span>
        )}
      </>
    ),
  },
  { id: "state", header: "State", cell: (delivery) => <DeliveryBadge status={delivery.status} /> },
  { id: "events", header: "Events", numeric: true, from: "md", cell: (delivery) => delivery.events },
  { id: "attempts", header: "Attempts", numeric: true, from: "md", cell: (delivery) => delivery.attempts },
  { id: "created", header: "Created", from: "sm", cell: (delivery) => <Ago at={delivery.createdAt} /> },
  {
    id: "next",
    header: "Next attempt",
    from: "lg",
    cell: (delivery) => <Ago at={delivery.nextAttemptAt} none="–" />,
  },
];

export function DeliveryTable({ deliveries }: { deliveries: Delivery[] }) {
  return (
    <ListTable label="Deliveries" columns={columns} items={deliveries} rowKey={(delivery) => delivery.id} />
  );
}
