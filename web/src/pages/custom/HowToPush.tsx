import { Link } from "@tanstack/react-router";
import { CodeText } from "@/components/code/CodeText";
import { Panel } from "@/components/layout/Panel";

/** How documents of a type are sent, with the address of this server. */
export function HowToPush({ type, keyText }: { type: string; keyText: string }) {
  const address = `${window.location.origin}/api/ingest/${type}`;
  const call = (method: string, to: string, body: string | null) =>
    [
      `curl -X ${method} \\`,
      `  ${to} \\`,
      `  -H "Authorization: Bearer $MUSTER_KEY"${body === null ? "" : " \\"}`,
      ...(body === null ? [] : [`  --data-binary @${body}`]),
    ].join("\n");
  return (
    <Panel title="How to push">
      <div className="space-y-4 text-sm">
        <p className="text-muted">
          With a key of the scope <em>Ingest</em>, made in{" "}
          <Link to="/settings/keys" className="link">
            API keys
          </Link>
          .
        </p>
        <section aria-label="Push one or a few">
          <p className="mb-1.5 font-medium">One, or up to 1,000</p>
          <CodeText label="the call" text={call("POST", address, "changed.json")} />
          <p className="mt-1.5 text-muted">
            A document, a list, or one document a line. What is there already is compared and changed.
          </p>
        </section>
        <section aria-label="Push everything">
          <p className="mb-1.5 font-medium">Everything there is</p>
          <CodeText label="the call for everything" text={call("PUT", address, "everything.ndjson")} />
          <p className="mt-1.5 text-muted">
            What is missing from it is removed. The type is complete from then on.
          </p>
        </section>
        <section aria-label="Delete one">
          <p className="mb-1.5 font-medium">Delete one</p>
          <CodeText label="the call that deletes" text={call("DELETE", `${address}/${keyText}`, null)} />
        </section>
      </div>
    </Panel>
  );
}
