// Writes src/api/schema.d.ts from the server's OpenAPI document.
import { readFile, writeFile } from "node:fs/promises";
import openapi, { astToString } from "openapi-typescript";
import { format, resolveConfig } from "prettier";

export const target = new URL("src/api/schema.d.ts", import.meta.url);
const source = new URL("../crates/server/openapi.json", import.meta.url);
const note = "// Made from the server's OpenAPI document by `npm run types`. Not written by hand.\n\n";

export async function generated() {
  const document = JSON.parse(await readFile(source, "utf8"));
  // Operations are named by their paths here, so that two of the same name cannot become one.
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) delete operation.operationId;
  }
  const text = astToString(await openapi(document, { emptyObjectsUnknown: true }));
  return format(note + text, { ...(await resolveConfig(target)), parser: "typescript" });
}

if (process.argv[1] === new URL(import.meta.url).pathname) await writeFile(target, await generated());
