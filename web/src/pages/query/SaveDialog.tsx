import { useState } from "react";
import { Problem } from "@/api/problem";
import { useSaveQuery } from "@/api/queries";
import type { Query } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Check } from "@/components/form/Check";
import { Labelled } from "@/components/form/Labelled";
import { TextArea, TextInput } from "@/components/form/TextInput";
import { Modal } from "@/components/overlay/Modal";

interface Props {
  sql: string;
  /** One's own saved query that is open: it is replaced unless a copy is wanted. */
  opened: Query | null;
  onSaved: (id: string) => void;
  onClose: () => void;
}

export function SaveDialog({ sql, opened, onSaved, onClose }: Props) {
  const [title, setTitle] = useState(opened?.title ?? "");
  const [description, setDescription] = useState(opened?.description ?? "");
  const [shared, setShared] = useState(opened?.shared ?? false);
  const [copy, setCopy] = useState(false);
  const save = useSaveQuery(opened !== null && !copy ? opened.id : null);
  const errors = save.error instanceof Problem ? save.error.fields : {};
  return (
    <Modal open onOpenChange={onClose} title={opened && !copy ? "Save the query" : "Save a query"}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(
            { title: title.trim(), description: description.trim(), sql, shared },
            {
              onSuccess: (query) => {
                onSaved(query.id);
                onClose();
              },
            },
          );
        }}
      >
        <Labelled label="Title" error={errors.title}>
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              maxLength={200}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
          )}
        </Labelled>
        <Labelled label="Description" optional error={errors.description}>
          {(wiring) => (
            <TextArea
              {...wiring}
              rows={2}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Labelled>
        <Check
          checked={shared}
          onChange={setShared}
          help="Everybody who signs in here can run it. Only you can change it."
        >
          Share it
        </Check>
        {opened && (
          <Check checked={copy} onChange={setCopy}>
            Keep the old one and save a copy
          </Check>
        )}
        <ProblemNotice error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
