export interface FieldChange {
  path: string;
  before: unknown;
  after: unknown;
}

type Document = Record<string, unknown> | null;

/** What each changed field was and became. Fields are dotted paths into the two documents. */
export function difference(before: Document, after: Document, fields: string[]): FieldChange[] {
  if (fields.length > 0) {
    return fields.map((path) => ({ path, before: at(before, path), after: at(after, path) }));
  }
  const leaves: FieldChange[] = [];
  for (const [path, value] of walk(before ?? after ?? {}, "")) {
    leaves.push(
      before === null ? { path, before: undefined, after: value } : { path, before: value, after: undefined },
    );
  }
  return leaves;
}

/** The value at a dotted path; a key that itself holds dots is found too. */
export function at(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Record<string, unknown>;
  if (path in record) return record[path];
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const inner = record[path.slice(0, dot)];
    const found = inner === undefined ? undefined : at(inner, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function* walk(value: unknown, path: string): Generator<[string, unknown]> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (name !== "_links") yield* walk(inner, path ? `${path}.${name}` : name);
    }
  } else if (value !== null) {
    yield [path, value];
  }
}

export interface ListChange {
  kept: unknown[];
  gone: unknown[];
  come: unknown[];
}

/** Two lists compared as sets of values, which is how vendors mean most of theirs. */
export function compareLists(before: unknown[], after: unknown[]): ListChange {
  const text = (value: unknown) => JSON.stringify(value);
  const was = new Set(before.map(text));
  const is = new Set(after.map(text));
  return {
    kept: after.filter((value) => was.has(text(value))),
    gone: before.filter((value) => !is.has(text(value))),
    come: after.filter((value) => !was.has(text(value))),
  };
}
