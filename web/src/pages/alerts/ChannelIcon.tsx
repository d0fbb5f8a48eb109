import { Hash, Mail, Send, Webhook, type LucideIcon } from "lucide-react";
import type { Channel } from "@/api/types";

const icons: Record<string, LucideIcon> = { slack: Hash, email: Mail, webhook: Webhook };

export function ChannelIcon({ kind }: { kind: Channel["kind"] }) {
  const Icon = icons[kind] ?? Send;
  return <Icon aria-hidden className="mt-1 size-4 shrink-0 text-muted" />;
}
