import { expect, test } from "./support/test";

test("types have counts, and a resource its fields and history", async ({ ownerPage: page }) => {
  await page.goto("/resources");
  await expect(page.getByRole("row", { name: /okta_user\b/ })).toContainText(/3\d\d/);
  await page.getByRole("link", { name: "Okta User", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: /resources/ })).toContainText(/3\d\d/);
  await page.getByRole("table").getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "Fields" })).toBeVisible();
  await page.getByRole("link", { name: "History" }).click();
  await expect(page.getByText("Added").first()).toBeVisible();
});
