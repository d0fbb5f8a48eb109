import { Link } from "@tanstack/react-router";
import { Blocks } from "lucide-react";
import { Button } from "@/components/action/Button";
import { EmptyState } from "@/components/feedback/EmptyState";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";

export function FirstSteps({ manages }: { manages: boolean }) {
  return (
    <>
      <PageHeader title="Overview" />
      <Panel>
        <EmptyState
          icon={Blocks}
          title="Nothing is connected yet"
          action={
            manages && (
              <Button asChild look="primary">
                <Link to="/integrations">Connect an identity system</Link>
              </Button>
            )
          }
        >
          {manages
            ? "Connect your Okta with a read-only token. The first poll collects everything; from then on Muster records each change and says what no longer passes muster."
            : "An administrator connects the first identity system. You will then see it here."}
        </EmptyState>
      </Panel>
    </>
  );
}
