import { CopyButton } from "@/components/action/CopyButton";
import { Button } from "@/components/action/Button";
import { Labelled } from "@/components/form/Labelled";
import { TextInput } from "@/components/form/TextInput";

interface Props {
  label: string;
  secret: string;
  help: string;
  onClose: () => void;
}

/** Something that is shown this once and never again. */
export function Once({ label, secret, help, onClose }: Props) {
  return (
    <div className="space-y-4">
      <Labelled label={label} help={help}>
        {(wiring) => (
          <TextInput
            {...wiring}
            readOnly
            value={secret}
            className="font-mono text-sm"
            onFocus={(event) => event.target.select()}
          />
        )}
      </Labelled>
      <div className="flex justify-end gap-2">
        <CopyButton label="Copy" text={secret} />
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </div>
  );
}
