import { expect, test } from "./support/test";

test("a finding is suppressed for a while, talked about, assigned, and counts again", async ({
  ownerPage: page,
}) => {
  await page.goto("/findings");
  await expect(page.getByRole("status").filter({ hasText: "finding" })).toContainText(/[1-9]\d* finding/);
  await page.getByLabel("Severity").selectOption("medium");
  await expect(page).toHaveURL(/severity=medium/);
  await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
  const first = page.locator("[data-row]").first();
  const title = await first.innerText();
  await first.click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  const address = page.url();

  await page.getByRole("button", { name: "Suppress" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("Known, and accepted until the migration is done.");
  await dialog.getByLabel("It holds").selectOption({ label: "for 30 days" });
  await dialog.getByRole("button", { name: "Suppress" }).click();
  await expect(page.getByText("Suppressed by Maren Okafor")).toBeVisible();

  await page.goto("/findings?status=suppressed");
  await expect(page.getByRole("link", { name: title }).first()).toBeVisible();

  await page.goto(address);
  await page.getByLabel("Comment").fill("The vendor answered: next week.");
  await page.getByRole("button", { name: "Add comment" }).click();
  await expect(page.getByText("The vendor answered: next week.")).toBeVisible();
  await page.getByLabel("Assigned to").selectOption({ label: "Maren Okafor" });
  await page.getByLabel("Due").fill("2027-01-31");
  await expect(page.getByText("set the due date")).toBeVisible();

  await page.getByRole("button", { name: "Take the suppression away" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("The migration is done.");
  await page.getByRole("dialog").getByRole("button", { name: "Take it away" }).click();
  await expect(page.getByText("Suppressed by Maren Okafor")).toBeHidden();
  await expect(page.getByText("took the suppression away")).toBeVisible();
});

test("a rule tells what fails and where it was evaluated", async ({ ownerPage: page }) => {
  await page.goto("/rules?state=fail");
  await page.locator("[data-row]").first().click();
  await expect(page.getByRole("heading", { name: "Resources that fail" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "By integration" })).toBeVisible();
  await page.getByRole("link", { name: "Open in the editor" }).click();
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByText(/[1-9]\d* rows? ?in/)).toBeVisible();
});

test("a pack has a score that its controls explain", async ({ ownerPage: page }) => {
  await page.goto("/packs");
  await page.locator("[data-row]").first().click();
  await expect(page.getByText(/\d+ of \d+ controls pass/)).toBeVisible();
  await page.getByLabel("Verdict").selectOption({ label: "Fail" });
  await expect(page.getByRole("table").getByText("Fail", { exact: true }).first()).toBeVisible();
});
