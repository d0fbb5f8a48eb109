import { Link } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { Button } from "@/components/action/Button";
import { EmptyState } from "@/components/feedback/EmptyState";
import { Panel } from "@/components/layout/Panel";

export function NoLogs() {
  return (
    <Panel flush>
      <EmptyState
        icon={ScrollText}
        title="No integration has a log yet"
        action={
          <Button asChild look="primary">
            <Link to="/integrations">Integrations</Link>
          </Button>
        }
      >
        Connect Okta or JumpCloud: Muster reads their logs back to where the vendor forgets them, and follows
        them from then on.
      </EmptyState>
    </Panel>
  );
}
