import { Button } from "../action/Button";
import { ProblemNotice } from "../feedback/ProblemNotice";

interface Props {
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: unknown;
    fetchNextPage: () => unknown;
  };
}

/** The way to what comes after the last row. */
export function More({ query }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <div className="flex flex-col items-center gap-2 border-t border-line px-4 py-3">
      {query.isFetchNextPageError && <ProblemNotice error={query.error} />}
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
