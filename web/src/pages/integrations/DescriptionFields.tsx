import { Labelled } from "@/components/form/Labelled";
import { Select } from "@/components/form/Select";
import { TextArea, TextInput } from "@/components/form/TextInput";
import { span } from "@/components/text/numbers";
import { intervals, type Draft } from "./draft";

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  errors: Record<string, string>;
  /** Whether Muster asks by itself: what is pushed has no interval. */
  polled: boolean;
}

/** What people call it, and how often it is asked. */
export function DescriptionFields({ draft, onChange, errors, polled }: Props) {
  const choices = [...new Set([...intervals, draft.intervalSeconds])].sort((one, other) => one - other);
  return (
    <>
      <Labelled label="Name" help="How it is called in tables, findings and alerts." error={errors.name}>
        {(wiring) => (
          <TextInput
            {...wiring}
            required
            maxLength={100}
            value={draft.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled label="Description" optional error={errors.description}>
        {(wiring) => (
          <TextArea
            {...wiring}
            rows={2}
            value={draft.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled label="Tags" optional help="Separated by commas." error={errors.tags}>
        {(wiring) => (
          <TextInput
            {...wiring}
            placeholder="production, soc2"
            value={draft.tags}
            onChange={(event) => onChange({ tags: event.target.value })}
          />
        )}
      </Labelled>
      {polled && (
        <Labelled
          label="Poll"
          help="Only half of the vendor's rate limit is used, whatever you choose."
          error={errors.intervalSeconds}
        >
          {(wiring) => (
            <Select
              {...wiring}
              className="w-full"
              value={String(draft.intervalSeconds)}
              onChange={(event) => onChange({ intervalSeconds: Number(event.target.value) })}
              choices={choices.map((seconds) => ({
                value: String(seconds),
                text: `every ${span(seconds).replace(/^1 /, "")}`,
              }))}
            />
          )}
        </Labelled>
      )}
    </>
  );
}
