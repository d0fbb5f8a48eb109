import { owner } from "./support/product";
import { expect, freshTest, signIn } from "./support/test";

freshTest(
  "an integration is paused, goes on, and is deleted without a trace",
  async ({ page, standIn, product }) => {
    const client = await product.setUp();
    const id = await client.connect(standIn, "Acme corporate");
    await signIn(page, owner);
    await page.goto(`/integrations/${id}`);

    await page.getByRole("button", { name: "Disable" }).click();
    await expect(page.getByText("Collecting is paused")).toBeVisible();
    await page.getByRole("button", { name: "Enable" }).click();
    await expect(page.getByText("Collecting is paused")).toBeHidden();

    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    const remove = dialog.getByRole("button", { name: "Delete for ever" });
    await expect(remove).toBeDisabled();
    await dialog.getByLabel(/to confirm/).fill("acme");
    await expect(remove).toBeDisabled();
    await dialog.getByLabel(/to confirm/).fill("Acme corporate");
    await remove.click();
    await expect(page.getByText("Nothing is connected yet")).toBeVisible({ timeout: 60_000 });
    const types = await client.get<{ items: { resources: number }[] }>("/api/types");
    expect(types.items.reduce((sum, type) => sum + type.resources, 0)).toBe(0);
  },
);
