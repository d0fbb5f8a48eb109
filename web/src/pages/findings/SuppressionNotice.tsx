import type { FindingDetail } from "@/api/types";
import { Notice } from "@/components/feedback/Notice";
import { Day } from "@/components/text/Time";

export function SuppressionNotice({ finding }: { finding: FindingDetail }) {
  const { suppression } = finding;
  if (suppression === null) return null;
  return (
    <div className="mb-4">
      <Notice kind="note" live={false} title={`Suppressed by ${suppression.by.name}`}>
        <p className="whitespace-pre-wrap">{suppression.reason}</p>
        <p className="mt-1 text-muted">
          Since <Day at={suppression.at} />
          {suppression.until ? (
            <>
              , until <Day at={suppression.until} />
            </>
          ) : (
            ", until someone takes it away"
          )}
          .
        </p>
      </Notice>
    </div>
  );
}
