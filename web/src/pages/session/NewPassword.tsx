import { Labelled } from "@/components/form/Labelled";
import { TextInput } from "@/components/form/TextInput";

interface Props {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

export const shortestPassword = 12;

export function NewPassword({ value, onChange, error }: Props) {
  return (
    <Labelled
      label="Password"
      help={`At least ${shortestPassword} characters. A few words in a row are easier to remember than signs.`}
      error={error}
    >
      {(wiring) => (
        <TextInput
          {...wiring}
          type="password"
          autoComplete="new-password"
          required
          minLength={shortestPassword}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Labelled>
  );
}
