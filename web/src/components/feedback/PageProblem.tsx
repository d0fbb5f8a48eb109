import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { CircleX, Lock, SearchX } from "lucide-react";
import { Problem, words } from "@/api/problem";
import { Button } from "../action/Button";
import { EmptyState } from "./EmptyState";

/** A page that could not be shown, and the ways on. */
export function PageProblem({ error, reset }: { error: unknown; reset?: () => void }) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  const missing = error instanceof Problem && error.status === 404;
  const forbidden = error instanceof Problem && error.status === 403;
  const retry = () => {
    queries.reset();
    reset?.();
    void router.invalidate();
  };
  return (
    <div role="alert">
      <EmptyState
        icon={forbidden ? Lock : missing ? SearchX : CircleX}
        title={forbidden ? "Not for your role" : missing ? "This is not here" : "This could not be shown"}
        action={
          <>
            {!missing && !forbidden && (
              <Button look="primary" onClick={retry}>
                Try again
              </Button>
            )}
            <Button asChild>
              <Link to="/">Back to the overview</Link>
            </Button>
          </>
        }
      >
        {words(error)}
      </EmptyState>
    </div>
  );
}
