import { useRouter } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useAddIntegration, useTryCredentials } from "@/api/integrations";
import { Problem } from "@/api/problem";
import type { Provider } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Check } from "@/components/form/Check";
import { VendorFields } from "@/components/form/VendorFields";
import { ConnectionNotice } from "./ConnectionNotice";
import { DescriptionFields } from "./DescriptionFields";
import { credentials, emptyDraft, fieldsOf, newIntegration, type Draft } from "./draft";
import { WayChoice } from "./WayChoice";

interface Props {
  provider: Provider;
  taken: string[];
}

export function NewIntegrationForm({ provider, taken }: Props) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(provider, taken));
  const attempt = useTryCredentials();
  const add = useAddIntegration();
  const change = (part: Partial<Draft>) => {
    attempt.reset();
    add.reset();
    setDraft((current) => ({ ...current, ...part }));
  };
  const error = add.error ?? attempt.error;
  const errors = error instanceof Problem ? error.fields : {};
  const fields = fieldsOf(provider, draft.authentication);
  const tryIt = () => {
    if (form.current?.reportValidity() !== true) return;
    add.reset();
    attempt.mutate({
      provider: provider.name,
      ...credentials(fields, draft),
      ...(draft.allowInsecureEndpoints ? { allowInsecureEndpoints: true } : {}),
    });
  };
  return (
    <form
      ref={form}
      className="max-w-xl space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        attempt.reset();
        add.mutate(newIntegration(provider, draft), {
          onSuccess: ({ integration }) =>
            void router.navigate({ to: "/integrations/$id", params: { id: integration.id } }),
        });
      }}
    >
      <WayChoice
        ways={provider.authentication}
        value={draft.authentication}
        onChange={(authentication) => change({ authentication })}
      />
      <VendorFields
        fields={fields}
        values={draft.values}
        errors={errors}
        onChange={(name, value) => change({ values: { ...draft.values, [name]: value } })}
      />
      <DescriptionFields draft={draft} onChange={change} errors={errors} polled={!provider.pushed} />
      {!provider.pushed && (
        <Check
          checked={draft.allowInsecureEndpoints}
          onChange={(allowInsecureEndpoints) => change({ allowInsecureEndpoints })}
          help="For a stand-in on your own machine. The token then travels unencrypted."
        >
          Allow an address that is not public HTTPS
        </Check>
      )}
      {attempt.data && <ConnectionNotice connection={attempt.data} provider={provider} />}
      <ProblemNotice error={error} title={provider.pushed ? undefined : "These do not work"} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={add.isPending}>
          Add integration
        </Button>
        {!provider.pushed && (
          <Button busy={attempt.isPending} onClick={tryIt}>
            Try the credentials
          </Button>
        )}
      </div>
    </form>
  );
}
