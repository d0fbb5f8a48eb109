import { Link } from "@tanstack/react-router";
import { SearchX, ShieldCheck } from "lucide-react";
import { Button } from "@/components/action/Button";
import { EmptyState } from "@/components/feedback/EmptyState";

interface Props {
  status: string;
  narrowed: boolean;
}

export function NoFindings({ status, narrowed }: Props) {
  if (narrowed) {
    return (
      <EmptyState
        icon={SearchX}
        title="No finding fits"
        action={
          <Button asChild>
            <Link to="/findings" search={status === "open" ? {} : { status }}>
              Take away all filters
            </Link>
          </Button>
        }
      />
    );
  }
  if (status === "suppressed") {
    return (
      <EmptyState icon={ShieldCheck} title="Nothing is suppressed">
        A finding that is known and accepted can be suppressed with a reason, for a while or for good.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={ShieldCheck}
      title={status === "resolved" ? "Nothing was resolved yet" : "Nothing is open"}
      action={
        <Button asChild>
          <Link to="/rules">See which rules were evaluated</Link>
        </Button>
      }
    >
      A rule whose data is missing or stale is not evaluated: it neither opens nor resolves anything.
    </EmptyState>
  );
}
