import { Link } from "@tanstack/react-router";
import type { Rule } from "@/api/types";
import { Tag } from "@/components/badge/Badge";
import { CountsBar } from "@/components/chart/CountsBar";
import { Facts } from "@/components/layout/Facts";
import { Panel } from "@/components/layout/Panel";
import { count } from "@/components/text/numbers";
import { Ago } from "@/components/text/Time";
import { Frameworks } from "./Frameworks";
import { TypeName } from "@/components/text/TypeName";

export function RuleFacts({ rule }: { rule: Rule }) {
  const { counts } = rule;
  const numbers: [string, number][] = [
    ["Fail", counts.fail],
    ["Pass", counts.pass],
    ["Suppressed", counts.suppressed],
    ["Not evaluated", counts.notEvaluated],
    ["Not applicable", counts.notApplicable],
  ];
  return (
    <Panel title="Verdicts" note={<Ago at={rule.evaluatedAt} none="not evaluated yet" />}>
      <CountsBar counts={counts} />
      <dl className="mt-3 space-y-1 text-sm">
        {numbers.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-3">
            <dt className="text-muted">{name}</dt>
            <dd className="tabular-nums">{count(value)}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 border-t border-line pt-4">
        <Facts
          facts={[
            { name: "Judges", value: <TypeName name={rule.judges} /> },
            {
              name: "Reads",
              value: rule.reads.map((name) => (
                <span key={name} className="block">
                  <TypeName name={name} />
                </span>
              )),
            },
            {
              name: "Packs",
              value:
                rule.packs.length === 0
                  ? "none"
                  : rule.packs.map((pack) => (
                      <Link key={pack.id} to="/packs/$id" params={{ id: pack.id }} className="link block">
                        {pack.title}
                      </Link>
                    )),
            },
            {
              name: "Frameworks",
              value: <Frameworks frameworks={rule.frameworks} />,
            },
            { name: "Tags", value: <Tags tags={rule.tags} /> },
          ]}
        />
      </div>
    </Panel>
  );
}

function Tags({ tags }: { tags: string[] }) {
  if (tags.length === 0) return "none";
  return (
    <ul className="flex flex-wrap gap-1">
      {tags.map((tag) => (
        <li key={tag}>
          <Tag>{tag}</Tag>
        </li>
      ))}
    </ul>
  );
}
