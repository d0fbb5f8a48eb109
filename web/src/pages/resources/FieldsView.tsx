import { Link } from "@tanstack/react-router";
import type { Resource } from "@/api/types";
import { at } from "@/components/change/compare";
import { JsonTree } from "@/components/code/JsonTree";
import { Panel } from "@/components/layout/Panel";
import { Value } from "@/components/text/Value";

/** Every field of the document, and what it points to. */
export function FieldsView({ resource }: { resource: Resource }) {
  const computed = resource.columns.filter((column) => column.computed);
  const fields = Object.entries(resource.document).filter(([name]) => name !== "_links");
  const extra = (path: string, value: unknown) => {
    const target = resource.references.find((one) => one.path === path && one.key === value);
    return target && <ReferenceLink resource={resource} target={target} />;
  };
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(17rem,22rem)]">
      <Panel title="Fields">
        {fields.map(([name, value]) => (
          <JsonTree key={name} name={name} value={value} extra={extra} />
        ))}
      </Panel>
      <div className="space-y-4">
        {computed.length > 0 && (
          <Panel title="Worked out from others">
            <dl className="space-y-2 text-sm">
              {computed.map((column) => (
                <div key={column.name}>
                  <dt className="font-mono text-xs text-muted">{column.name}</dt>
                  <dd>
                    <Value value={at(resource.fields, column.name)} />
                  </dd>
                </div>
              ))}
            </dl>
          </Panel>
        )}
        <Panel title="Points to">
          {resource.references.length === 0 ? (
            <p className="text-sm text-muted">No other resource.</p>
          ) : (
            <ul className="space-y-2.5 text-sm">
              {resource.references.map((target) => (
                <li key={`${target.path}-${target.key}`}>
                  <span className="block font-mono text-xs break-all text-muted">{target.path}</span>
                  <ReferenceLink resource={resource} target={target} />
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
    </div>
  );
}

function ReferenceLink({ resource, target }: { resource: Resource; target: Resource["references"][number] }) {
  if (target.label === null) {
    return <span className="break-all text-muted">{` ${target.key} (not in the register)`}</span>;
  }
  return (
    <>
      {" "}
      <Link
        to="/resources/$type/$integration"
        params={{ type: target.type, integration: resource.integration.id }}
        search={{ key: target.key }}
        className="link"
      >
        {target.label}
      </Link>
    </>
  );
}
