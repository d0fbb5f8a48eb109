import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { Button } from "@/components/action/Button";
import { EmptyState } from "@/components/feedback/EmptyState";

export function NotFound() {
  return (
    <main className="pt-16">
      <h1 className="sr-only">No such page</h1>
      <EmptyState
        icon={SearchX}
        title="There is no page at this address"
        action={
          <Button asChild look="primary">
            <Link to="/">Go to the overview</Link>
          </Button>
        }
      >
        It may have been a resource, finding or integration that is gone since.
      </EmptyState>
    </main>
  );
}
