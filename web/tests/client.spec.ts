import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { generated, target } from "../types.mjs";

test("the client's types are those of the server's document", async () => {
  expect(await readFile(target, "utf8"), "run `npm run types`").toBe(await generated());
});
