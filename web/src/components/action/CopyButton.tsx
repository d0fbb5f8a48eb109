import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./Button";
import { IconButton } from "./IconButton";

interface Props {
  text: string;
  label: string;
  small?: boolean;
}

export function CopyButton({ text, label, small = false }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 2000);
    return () => window.clearTimeout(timer);
  }, [copied]);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  if (small)
    return <IconButton label={copied ? "Copied" : label} icon={copied ? Check : Copy} onClick={copy} />;
  return (
    <Button icon={copied ? Check : Copy} onClick={copy}>
      <span aria-live="polite">{copied ? "Copied" : label}</span>
    </Button>
  );
}
