import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Catalogue, Column } from "@/api/types";

type Table = Catalogue["tables"][number];

const keywords = (
  "SELECT,DISTINCT,VALUE,FROM,AT,JOIN,LEFT JOIN,ON,WHERE,AND,OR,NOT,IN,BETWEEN,LIKE,ILIKE,IS NULL,IS NOT NULL,EXISTS," +
  "GROUP BY,HAVING,ORDER BY,ASC,DESC,LIMIT,OFFSET,UNION ALL,WITH,AS,CASE,WHEN,THEN,ELSE,END,CAST,INTERVAL,TRUE,FALSE,NULL"
).split(",");

/** Names offered while SQL is written: tables, columns with what is nested in them, functions and keywords. */
export function completions(catalogue: Catalogue) {
  const tables = new Map(catalogue.tables.map((table) => [table.name.toLowerCase(), table]));
  const everywhere: Completion[] = [
    ...catalogue.functions.map(functionCompletion),
    ...keywords.map((label) => ({ label, type: "keyword", boost: -1 })),
  ];
  const named = catalogue.tables.map(tableCompletion);

  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w.$]*/);
    if (word === null || (word.text === "" && !context.explicit)) return null;
    const before = context.state.sliceDoc(0, word.from);
    if (quoted(before)) return null;
    const scope = tablesInScope(context.state.doc.toString(), tables);
    const dot = word.text.lastIndexOf(".");
    const from = word.from + dot + 1;
    if (dot !== -1) {
      const options = nested(word.text.slice(0, dot), scope);
      return options.length === 0 ? null : { from, options, validFor: /^\w*$/ };
    }
    if (/\b(from|join)\s+$/i.test(before)) return { from, options: named, validFor: /^\w*$/ };
    const columns = unique([...scope.values()].flatMap((table) => below(table.columns, "")));
    const aliases = [...scope.keys()].map((label) => ({ label, type: "variable" }));
    return { from, options: [...columns, ...aliases, ...everywhere, ...named], validFor: /^\w*$/ };
  };
}

/** The tables a statement reads, by the name each goes by there. */
function tablesInScope(sql: string, tables: Map<string, Table>): Map<string, Table> {
  const scope = new Map<string, Table>();
  const places = /(?:\b(?:from|join)\s+|,\s*)([a-z_]\w*)(?:\s+at\s+'[^']*')?(?:\s+(?:as\s+)?([a-z_]\w*))?/gi;
  for (const [, name = "", alias] of sql.matchAll(places)) {
    const table = tables.get(name.toLowerCase());
    if (table === undefined) continue;
    const taken =
      alias !== undefined &&
      !/^(where|on|join|left|right|inner|outer|full|cross|group|order|limit|union|at)$/i.test(alias);
    scope.set(taken ? alias : table.name, table);
  }
  return scope;
}

/** What follows a dot: the columns of a table, or what is nested in a column. */
function nested(path: string, scope: Map<string, Table>): Completion[] {
  const [first = "", ...rest] = path.split(".");
  const table = [...scope].find(([name]) => name.toLowerCase() === first.toLowerCase())?.[1];
  if (table !== undefined) return below(table.columns, rest.join("."));
  return unique([...scope.values()].flatMap((one) => below(one.columns, path)));
}

/** The next parts of the dotted names under a path. */
function below(columns: Column[], path: string): Completion[] {
  const start = path === "" ? "" : `${path.toLowerCase()}.`;
  const found = columns
    .filter((column) => column.name.toLowerCase().startsWith(start))
    .map((column): Completion => {
      const [label = "", ...deeper] = column.name.slice(start.length).split(".");
      return {
        label,
        type: "property",
        detail: deeper.length > 0 ? "object" : column.type,
        boost: 2,
      };
    });
  return unique(found.filter((one) => one.label !== ""));
}

function unique(options: Completion[]): Completion[] {
  return [...new Map(options.map((option) => [option.label, option])).values()];
}

function tableCompletion(table: Table): Completion {
  return { label: table.name, type: "type", info: table.title, boost: table.kind === "resource" ? 1 : 0 };
}

function functionCompletion({ name, signatures, description }: Catalogue["functions"][number]): Completion {
  // An alias comes with the signature of the function it stands for: what is in the brackets is the same.
  const [, taken = ""] = /(\(.*)$/.exec(signatures[0] ?? "") ?? [];
  return {
    label: name,
    type: "function",
    detail: taken,
    apply: taken === "()" ? `${name}()` : `${name}(`,
    ...(description === "" ? {} : { info: () => functionInfo(signatures, description) }),
  };
}

/** What a function does, in a sentence, and every way it is called where there are several. */
function functionInfo(signatures: string[], description: string): Node {
  const info = document.createElement("div");
  for (const signature of signatures.length > 1 ? signatures : []) {
    info.append(Object.assign(document.createElement("code"), { textContent: signature }));
  }
  info.append(Object.assign(document.createElement("p"), { textContent: firstSentence(description) }));
  return info;
}

const firstSentence = (text: string): string => /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;

/** Inside a text or a comment nothing is offered. */
function quoted(before: string): boolean {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return (before.match(/'/g)?.length ?? 0) % 2 === 1 || /--[^\n]*$/.test(line);
}
