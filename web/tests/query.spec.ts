import { readFile } from "node:fs/promises";
import { write } from "./support/editor";
import { expect, test } from "./support/test";

const example = "SELECT profile.login, status FROM okta_user ORDER BY profile.login LIMIT 5";

test("a query runs by keyboard and its rows can be taken along", async ({ ownerPage: page }) => {
  await page.goto("/query");
  const editor = await write(page, example);
  await editor.press("Control+Enter");
  await expect(page.getByText("5 rows")).toBeVisible();
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(6);

  await page.getByRole("radio", { name: "JSON" }).click();
  await expect(page.locator("pre")).toContainText('"login"');

  for (const [item, name, fits] of [
    ["CSV", "csv", /^login,status\r?\n/],
    ["JSON", "json", /^\[\s*\{"login"/],
    ["NDJSON, a row a line", "ndjson", /^\{"login".*\}\n/],
  ] as const) {
    await page.getByRole("button", { name: "Export" }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: item, exact: true }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${name}$`));
    expect(await readFile(await download.path(), "utf8")).toMatch(fits);
  }
});

test("what is wrong is told under the word", async ({ ownerPage: page }) => {
  await page.goto("/query");
  const editor = await write(page, "SELECT id,\n       statuss\nFROM okta_user");
  await editor.press("Control+Enter");
  await expect(page.locator(".cm-mistake")).toHaveText("statuss");
  await expect(page.locator(".cm-mistake-text")).toContainText("statuss");
  await expect(page.getByRole("alert")).toContainText("statuss");
  await editor.press("End");
  await editor.press("Space");
  await expect(page.locator(".cm-mistake")).toHaveCount(0);
});

test("tables, columns and what is nested in them are offered", async ({ ownerPage: page }) => {
  const known = page.waitForResponse(/\/api\/catalogue/);
  await page.goto("/query");
  await known;
  const editor = await write(page, "");
  await editor.pressSequentially("SELECT * FROM okta_use");
  await expect(page.getByRole("option", { name: /^okta_user/ }).first()).toBeVisible();
  await write(page, "");
  await editor.pressSequentially("SELECT 1 FROM okta_user u WHERE u.profile.lo");
  await page.getByRole("option", { name: /^login/ }).click();
  await expect(editor).toContainText("u.profile.login");
});

test("a function is offered with how it is called and what it does", async ({ ownerPage: page }) => {
  const known = page.waitForResponse(/\/api\/catalogue/);
  await page.goto("/query");
  await known;
  const editor = await write(page, "");
  await editor.pressSequentially("SELECT array_ha");
  await expect(page.getByRole("option", { name: "array_has(array, element)" })).toBeVisible();
  await expect(page.locator(".cm-completionInfo")).toContainText("Returns true");
  await page.getByRole("option", { name: "array_has(array, element)" }).click();
  await expect(editor).toContainText("SELECT array_has(");
});

test("a variable is asked for", async ({ ownerPage: page }) => {
  await page.goto("/query");
  await write(page, "SELECT count(*) AS n FROM okta_user WHERE status = $wanted");
  await page.getByLabel("$wanted").fill("ACTIVE");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByText("1 row", { exact: true })).toBeVisible();
});

test("a managed query opens, and one's own is saved and found again", async ({ ownerPage: page }) => {
  await page.goto("/query");
  await page.getByRole("button", { name: "Inactive user factors" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Inactive user factors" })).toBeVisible();
  await write(page, example);
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("First five people");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "First five people" })).toBeVisible();
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByText("5 rows")).toBeVisible();
  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.getByRole("button", { name: /LIMIT 5/ }).first()).toBeVisible();
  await page.getByRole("tab", { name: "Queries" }).click();
  await page.getByRole("button", { name: "Delete First five people" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("button", { name: "First five people", exact: true })).toBeHidden();
});
