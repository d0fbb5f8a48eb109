import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { customTypesQuery } from "@/api/customTypes";
import { Problem } from "@/api/problem";
import { useMay } from "@/api/session";
import { useMakeKey } from "@/api/settings";
import type { ApiKey } from "@/api/types";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Choices } from "@/components/form/Choices";
import { Labelled } from "@/components/form/Labelled";
import { Select } from "@/components/form/Select";
import { TextInput } from "@/components/form/TextInput";
import { Modal } from "@/components/overlay/Modal";
import { Once } from "./Once";
import { scopeText } from "./scopes";

const spans = [
  { value: "30", text: "in 30 days" },
  { value: "90", text: "in 90 days" },
  { value: "365", text: "in a year" },
  { value: "", text: "never" },
];

export function KeyDialog({ onClose }: { onClose: () => void }) {
  const manages = useMay("manage_keys");
  const [name, setName] = useState("");
  const [scope, setScope] = useState<ApiKey["scope"]>("query");
  const [type, setType] = useState("");
  const [days, setDays] = useState("90");
  const make = useMakeKey();
  const errors = make.error instanceof Problem ? make.error.fields : {};
  const scopes: ApiKey["scope"][] = manages ? ["query", "read", "ingest", "manage"] : ["query", "read"];
  const { data: types = [] } = useQuery({ ...customTypesQuery, enabled: scope === "ingest" });
  const expiresAt = () =>
    days === "" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
  if (make.data) {
    return (
      <Modal open onOpenChange={onClose} title={`Key ${make.data.key.name}`}>
        <Once
          label="API key"
          secret={make.data.secret}
          help="It is shown only now: Muster keeps no copy. If it is lost, make another."
          onClose={onClose}
        />
      </Modal>
    );
  }
  return (
    <Modal open onOpenChange={onClose} title="New API key">
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate({
            name: name.trim(),
            scope,
            expiresAt: expiresAt(),
            ...(scope === "ingest" ? { resourceType: type || null } : {}),
          });
        }}
      >
        <Labelled label="Name" help="Who or what will use it." error={errors.name}>
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Labelled>
        <Choices
          label="Scope"
          value={scope}
          onChange={setScope}
          choices={scopes.map((value) => ({ value, ...scopeText[value] }))}
        />
        {scope === "ingest" && (
          <Labelled label="For" help="What it may push." error={errors.resourceType}>
            {(wiring) => (
              <Select
                {...wiring}
                className="w-full"
                value={type}
                onChange={(event) => setType(event.target.value)}
                choices={[
                  { value: "", text: "Every custom type" },
                  ...types.map((one) => ({ value: one.name, text: `${one.title} (${one.name})` })),
                ]}
              />
            )}
          </Labelled>
        )}
        <Labelled label="Expires" error={errors.expiresAt}>
          {(wiring) => (
            <Select
              {...wiring}
              className="w-full"
              choices={spans}
              value={days}
              onChange={(event) => setDays(event.target.value)}
            />
          )}
        </Labelled>
        <ProblemNotice error={make.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={make.isPending}>
            Make the key
          </Button>
        </div>
      </form>
    </Modal>
  );
}
