import { expect, test } from "./support/test";

test("places are reached and rows walked by single keys", async ({ ownerPage: page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await expect(page.getByRole("heading", { level: 1, name: "Findings" })).toBeVisible();
  await expect(page.locator("[data-row]").first()).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.locator("[data-row]").first()).toBeFocused();
  await page.keyboard.press("j");
  await expect(page.locator("[data-row]").nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Why it matters" })).toBeVisible();
});

test("single keys can be switched off", async ({ ownerPage: page }) => {
  await page.goto("/findings");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("?");
  await page.getByLabel("Single-key shortcuts").click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await expect(page.getByLabel("Search findings")).not.toBeFocused();
});

test("the first tab stop leads past the navigation", async ({ ownerPage: page }) => {
  await page.goto("/rules");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("anything with a page is found by its name", async ({ ownerPage: page }) => {
  await page.goto("/");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("group rule");
  await expect(page.getByRole("option", { name: /Okta Group Rule/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/okta_group_rule/);
});
