import { useSync } from "@/api/integrations";
import type { IntegrationDetail } from "@/api/types";
import { Button } from "@/components/action/Button";
import { Notice } from "@/components/feedback/Notice";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";

interface Props {
  integration: IntegrationDetail;
  manages: boolean;
}

/** Removals that were too many to believe at once wait here for a person. */
export function HeldBack({ integration, manages }: Props) {
  const sync = useSync(integration.id);
  const held = integration.types.filter((type) => type.heldBack);
  if (held.length === 0 || sync.isSuccess) return null;
  const names = held.map((type) => type.title).join(", ");
  return (
    <>
      <Notice
        kind="warning"
        title="Many resources vanished at once"
        action={
          manages && (
            <Button
              busy={sync.isPending}
              onClick={() => sync.mutate({ acceptRemovals: held.map((type) => type.type) })}
            >
              They are gone: accept
            </Button>
          )
        }
      >
        <p>{`Their removal is held back until it is accepted, or until three listings in a row agree: ${names}.`}</p>
      </Notice>
      <ProblemNotice error={sync.error} />
    </>
  );
}
