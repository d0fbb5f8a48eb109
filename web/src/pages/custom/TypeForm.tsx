import { lazy, Suspense, useState } from "react";
import { Problem, sentence } from "@/api/problem";
import { useSaveType } from "@/api/customTypes";
import type { CustomType } from "@/api/types";
import { Button } from "@/components/action/Button";
import { Notice } from "@/components/feedback/Notice";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Labelled } from "@/components/form/Labelled";
import { TextArea, TextInput } from "@/components/form/TextInput";
import { Said } from "@/components/text/Said";
import { draftOf, orderOf, type TypeDraft } from "./typeDraft";

const JsonEditor = lazy(() => import("@/components/code/JsonEditor"));

interface Props {
  integration: string;
  /** The type that is changed; null for a new one. */
  type: CustomType | null;
  onSaved: (type: CustomType) => void;
}

/** What a type is called and how its documents look. */
export function TypeForm({ integration, type, onSaved }: Props) {
  const [draft, setDraft] = useState<TypeDraft>(() => draftOf(type));
  const [unread, setUnread] = useState<string | null>(null);
  const save = useSaveType(type?.name ?? null);
  const change = (part: Partial<TypeDraft>) => {
    save.reset();
    setUnread(null);
    setDraft((current) => ({ ...current, ...part }));
  };
  const problem = save.error instanceof Problem ? save.error : null;
  const errors = problem?.fields ?? {};
  const mistakes = problem?.mistakes ?? [];
  const submit = () => {
    const order = orderOf(draft, integration);
    if (typeof order === "string") setUnread(order);
    else save.mutate(order, { onSuccess: onSaved });
  };
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Labelled
          label="Name"
          help="The table in SQL: small letters, digits and underscores. It cannot be changed."
          error={errors.name}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              readOnly={type !== null}
              autoComplete="off"
              spellCheck={false}
              placeholder="hr_person"
              className="font-mono text-sm read-only:bg-sunken"
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled label="Title" optional help="How people call one of them." error={errors.title}>
          {(wiring) => (
            <TextInput
              {...wiring}
              placeholder="HR Person"
              value={draft.title}
              onChange={(event) => change({ title: event.target.value })}
            />
          )}
        </Labelled>
      </div>
      <Labelled label="Description" optional error={errors.description}>
        {(wiring) => (
          <TextArea
            {...wiring}
            rows={2}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        )}
      </Labelled>
      <div className="grid gap-4 sm:grid-cols-2">
        <Labelled
          label="Key"
          help="The property that tells one from another, or several separated by commas; the schema requires them. It cannot be changed."
          error={errors.key}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              readOnly={type !== null}
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-sm read-only:bg-sunken"
              value={draft.key}
              onChange={(event) => change({ key: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled
          label="Label"
          optional
          help="The property people know one by; the key where there is none."
          error={errors.label}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-sm"
              value={draft.label}
              onChange={(event) => change({ label: event.target.value })}
            />
          )}
        </Labelled>
      </div>
      <div>
        <p className="mb-1 text-sm font-medium">Schema</p>
        <Suspense fallback={<div className="h-96 rounded-md border border-line" />}>
          <JsonEditor
            label="Schema"
            initial={draft.schema}
            invalid={unread !== null || mistakes.some((mistake) => mistake.pointer.startsWith("/schema"))}
            onChange={(schema) => change({ schema })}
          />
        </Suspense>
        <p className="mt-1 text-sm text-muted">
          JSON Schema 2020-12. Each property becomes a column; one with <code>{'"writeOnly": true'}</code> is
          kept as a secret.
        </p>
      </div>
      {unread !== null && (
        <Notice kind="error">
          <p>{sentence(unread)}</p>
        </Notice>
      )}
      {mistakes.length > 0 ? (
        <Notice kind="error" title={sentence(problem?.detail ?? "")}>
          <ul className="mt-1 space-y-1">
            {mistakes.map((mistake) => (
              <li key={`${mistake.pointer} ${mistake.message}`}>
                <code className="text-xs">{mistake.pointer || "/"}</code>
                {": "}
                <Said text={sentence(mistake.message)} />
              </li>
            ))}
          </ul>
        </Notice>
      ) : (
        <ProblemNotice error={save.error} title="Nothing was saved" />
      )}
      <Button type="submit" look="primary" busy={save.isPending}>
        {type === null ? "Make the type" : "Save"}
      </Button>
    </form>
  );
}
