import { expect, test } from "./support/test";

test("a webhook is made, brings a change at once, is replaced and removed", async ({
  ownerPage: page,
  playwright,
  standIn,
  integration,
}) => {
  await page.goto(`/integrations/${integration}`);
  const panel = page.getByRole("region", { name: "Webhook" });
  const dialog = page.getByRole("dialog", { name: "The webhook is ready" });
  const outside = await playwright.request.newContext();
  let address = "";

  await test.step("its address is shown once, with the vendor's steps", async () => {
    await panel.getByRole("button", { name: "Make a webhook" }).click();
    address = await dialog.getByRole("textbox", { name: "Address" }).inputValue();
    expect(address).toMatch(new RegExp(`/hooks/${integration}/.{32,}`));
    const name = await dialog.getByRole("textbox", { name: "Authentication header" }).inputValue();
    const value = await dialog.getByRole("textbox", { name: "Authentication secret" }).inputValue();
    await expect(dialog.getByRole("listitem").first()).toBeVisible();
    await standIn.change({ op: "hook", url: address, header: `${name}:${value}` });
    await dialog.getByRole("button", { name: "I have it" }).click();
    await expect(page.getByRole("main")).not.toContainText(address);
    await expect(panel).toContainText("nothing yet");
  });

  await test.step("what happens there is here without a sync, with who did it", async () => {
    await standIn.change({ op: "set_status", user: 81, status: "SUSPENDED" });
    await expect(panel).not.toContainText("nothing yet", { timeout: 60_000 });
    await page.goto("/changes?type=okta_user&kind=modified");
    const change = page.getByRole("listitem").filter({ hasText: "user.lifecycle.suspend" }).first();
    await expect(change).toContainText(/by .+@/, { timeout: 60_000 });
    await change.getByRole("button", { name: /show the fields/ }).click();
    await expect(change.getByText("SUSPENDED").first()).toBeVisible();
  });

  await test.step("another address takes its place, and the old one is refused", async () => {
    await page.goto(`/integrations/${integration}`);
    await panel.getByRole("button", { name: "Replace" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Replace" }).click();
    expect(await dialog.getByRole("textbox", { name: "Address" }).inputValue()).not.toBe(address);
    await dialog.getByRole("button", { name: "I have it" }).click();
    expect((await outside.post(address, { data: {} })).status()).toBe(404);
  });

  await test.step("it is removed", async () => {
    await standIn.change({ op: "hook", url: null });
    await panel.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(panel.getByRole("button", { name: "Make a webhook" })).toBeVisible();
  });
  await outside.dispose();
});
