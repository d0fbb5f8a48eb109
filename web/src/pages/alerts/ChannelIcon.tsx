import { Hash, Mail, Webhook } from "lucide-react";
import type { Channel } from "@/api/types";

const icons = { slack: Hash, email: Mail, webhook: Webhook };

export function ChannelIcon({ kind }: { kind: Channel["kind"] }) {
  const Icon = icons[kind];
  return <Icon aria-hidden className="mt-1 size-4 shrink-0 text-muted" />;
}
