import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { places, settled } from "./support/places";
import { expect, signIn, test } from "./support/test";
import { owner } from "./support/product";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page: Page): Promise<string[]> {
  // Evaluated, not put in as an element: the page's policy allows no script of ours in it.
  await page.evaluate(axe);
  const results = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
    return axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  });
  return results.violations.flatMap((found) =>
    found.nodes.map(
      (node) => `${found.id}: ${node.target.join(" ")} (${node.failureSummary?.replace(/\s+/g, " ") ?? ""})`,
    ),
  );
}

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page, ${scheme}`, async ({ page, integration }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme: scheme });
    for (const path of ["/sign-in", "/setup#x", "/invitation#x"]) {
      await page.goto(path);
      await settled(page);
      expect.soft(await violations(page), path).toEqual([]);
    }
    await signIn(page, owner);
    for (const [name, path] of Object.entries(await places(page, integration))) {
      await page.goto(path);
      await settled(page);
      expect.soft(await violations(page), name).toEqual([]);
    }
  });
}

test("axe finds nothing in dialogs and menus", async ({ ownerPage: page, integration }) => {
  const openings: [string, () => Promise<void>][] = [
    ["/", () => page.keyboard.press("?")],
    ["/", () => page.keyboard.press("Control+k")],
    [`/integrations/${integration}`, () => page.getByRole("button", { name: "More actions" }).click()],
    ["/resources/okta_user", () => page.getByRole("button", { name: "Filter" }).click()],
    ["/resources/okta_user", () => page.getByRole("button", { name: "Columns" }).click()],
    ["/alerts/channels", () => page.getByRole("button", { name: "New channel" }).first().click()],
    ["/settings/users", () => page.getByRole("button", { name: "Invite someone" }).click()],
    ["/audit-logs", () => page.getByRole("button", { name: "Filter" }).click()],
    ["/settings/keys", () => page.getByRole("button", { name: "New key" }).first().click()],
  ];
  for (const [path, open] of openings) {
    await page.goto(path);
    await settled(page);
    await open();
    await page.locator("[role=dialog],[role=menu]").first().waitFor();
    await page.waitForTimeout(200);
    expect.soft(await violations(page), `${path}, opened`).toEqual([]);
  }
});
