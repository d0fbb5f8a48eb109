import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { Rule } from "@/api/types";
import { Bone } from "@/components/feedback/Loading";
import { Panel } from "@/components/layout/Panel";
import { Steps } from "@/components/layout/Steps";

const SqlText = lazy(() => import("@/components/code/SqlText"));

/** What to do about a rule that fails, and the SQL that finds what fails. */
export function Remedy({ rule }: { rule: Rule }) {
  return (
    <>
      <Panel title="What to do">
        <Steps steps={rule.remediation} />
      </Panel>
      <Panel
        title="What finds it"
        actions={
          <Link to="/query" search={{ sql: rule.sql }} className="link">
            Open in the editor
          </Link>
        }
      >
        <Suspense fallback={<Bone className="h-24 w-full" />}>
          <SqlText sql={rule.sql} />
        </Suspense>
      </Panel>
    </>
  );
}
