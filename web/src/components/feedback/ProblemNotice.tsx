import { Problem, sentence, words } from "@/api/problem";
import { Said } from "../text/Said";
import { Notice } from "./Notice";

/** A refusal in words, at the place where it happened. */
export function ProblemNotice({ error, title }: { error: unknown; title?: string }) {
  if (error === null || error === undefined) return null;
  const others = error instanceof Problem ? Object.entries(error.fields) : [];
  return (
    <Notice kind="error" title={title}>
      <p>
        <Said text={words(error)} />
      </p>
      {error instanceof Problem && error.help && (
        <p className="mt-1 text-muted">
          <Said text={sentence(error.help)} />
        </p>
      )}
      {others.length > 1 && (
        <ul className="mt-1 list-disc pl-4">
          {others.map(([field, message]) => (
            <li key={field}>
              <Said text={sentence(message)} />
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
