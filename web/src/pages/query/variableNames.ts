/** The names in SQL that begin with a dollar sign, outside of texts and comments. */
export function variableNames(sql: string): string[] {
  const bare = sql.replace(/'(?:[^']|'')*'|--[^\n]*/g, "");
  return [...new Set([...bare.matchAll(/\$([A-Za-z_]\w*)/g)].map((match) => match[1] ?? ""))];
}

/** What was typed: JSON where it is JSON, so that numbers, lists and truth values can be given; otherwise text. */
export function variableValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function variableValues(sql: string, typed: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(variableNames(sql).map((name) => [name, variableValue(typed[name] ?? "")]));
}
