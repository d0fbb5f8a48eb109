import { ScrollRegion } from "../layout/ScrollRegion";
import { CopyButton } from "../action/CopyButton";

interface Props {
  label: string;
  text: string;
  tall?: boolean;
}

/** Text as it is, to be read and copied. */
export function CodeText({ label, text, tall }: Props) {
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      <div className="absolute top-1 right-1 z-10 rounded-md bg-sunken">
        <CopyButton small label={`Copy ${label}`} text={text} />
      </div>
      <ScrollRegion label={label} className={tall ? "max-h-[70vh]" : "max-h-96"}>
        <pre className="w-max min-w-full p-3 pr-12 text-xs leading-5">{text}</pre>
      </ScrollRegion>
    </div>
  );
}
