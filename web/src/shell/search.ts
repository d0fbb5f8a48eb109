type Plain<Name extends string> = Name extends `${infer Base}[]`
  ? Partial<Record<Base, string[]>>
  : Partial<Record<Name, string>>;
type Union<T> = (T extends unknown ? (value: T) => void : never) extends (value: infer All) => void
  ? All
  : never;
type Texts<Name extends string> = { [Key in keyof Union<Plain<Name>>]: Union<Plain<Name>>[Key] };

/** What stands after the question mark, all of it text; a name that ends in [] may be repeated. */
export function texts<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): Texts<Name> => {
    const found: Record<string, string | string[]> = {};
    for (const name of names) {
      const many = name.endsWith("[]");
      const base = many ? name.slice(0, -2) : name;
      const value = search[base];
      const list = (Array.isArray(value) ? value : [value]).filter(
        (one): one is string => typeof one === "string" && one !== "",
      );
      if (many && list.length > 0) found[base] = list;
      else if (!many && list[0] !== undefined) found[base] = list[0];
    }
    return found as Texts<Name>;
  };
}

export function parseSearch(text: string): Record<string, string | string[]> {
  const search = new URLSearchParams(text);
  const found: Record<string, string | string[]> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    found[name] = values.length > 1 ? values : (values[0] ?? "");
  }
  return found;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === "string" && one !== "") parameters.append(name, one);
    }
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}
