import { expect, type Locator, type Page } from "@playwright/test";

/** Waits until the first poll, which is watched as it goes, has come to its end. */
export async function watchFirstPoll(page: Page): Promise<void> {
  const heading = page.getByRole("heading", { name: "Collecting now" });
  await expect(heading).toBeVisible();
  const done = page.getByRole("meter", { name: "Types done" });
  const share = async () => Number(await done.getAttribute("aria-valuenow"));
  const before = await share();
  await expect
    .poll(async () => (await heading.isHidden()) || (await share()) > before, { timeout: 60_000 })
    .toBe(true);
  await expect(heading).toBeHidden({ timeout: 120_000 });
  await expect(page.getByRole("main").getByText("Complete").first()).toBeVisible();
}

/** Syncs from the page of the integration, and waits until that came to its end. */
export async function sync(page: Page): Promise<void> {
  const ended = page.waitForResponse((answer) => /\/api\/integrations\/[^/]+\/sync$/.test(answer.url()));
  await page.getByRole("button", { name: "Sync now" }).click();
  expect((await ended).ok()).toBe(true);
  await expect(page.getByRole("button", { name: "Sync now" })).toBeEnabled({ timeout: 60_000 });
}

/** Pauses, goes on, and deletes for ever: both ends of a vendor's walkthrough. */
export async function pauseAndDelete(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("Collecting is paused")).toBeVisible();
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByText("Collecting is paused")).toBeHidden();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog: Locator = page.getByRole("dialog");
  await dialog.getByLabel(/to confirm/).fill(name);
  await dialog.getByRole("button", { name: "Delete for ever" }).click();
  await expect(page.getByText("Nothing is connected yet")).toBeVisible({ timeout: 60_000 });
}
