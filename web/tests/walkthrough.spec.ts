import { expect, test as base } from "@playwright/test";
import { owner, Product, StandIn } from "./support/product";
import { watch } from "./support/test";

const test = base.extend<{ standIn: StandIn; product: Product }>({
  standIn: async ({}, use) => {
    const standIn = await StandIn.start();
    await use(standIn);
    await standIn.stop();
  },
  product: async ({}, use) => {
    const product = await Product.start();
    await use(product);
    await product.stop();
  },
});

test("okta is connected, watched, paused and taken away again", async ({ page, standIn, product }) => {
  test.setTimeout(240_000);
  const complaints = watch(page);

  await test.step("the one-time link makes the owner", async () => {
    await page.goto(product.setupLink);
    await page.getByLabel("Your name").fill(owner.name);
    await page.getByLabel("E-mail address").fill(owner.email);
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Create the owner" }).click();
    await expect(page.getByRole("heading", { name: "Set up Muster" })).toBeVisible();
    await page.getByLabel("Password").fill(owner.password);
    await page.getByRole("button", { name: "Create the owner" }).click();
    await expect(page.getByText("Nothing is connected yet")).toBeVisible();
  });

  await test.step("the vendor's steps stand beside the form", async () => {
    await page.getByRole("link", { name: "Connect an identity system" }).click();
    await page.getByRole("link", { name: "Okta", exact: true }).click();
    await expect(page.getByRole("heading", { name: "In Okta" })).toBeVisible();
    await expect(page.getByText("Read-Only Administrator")).toBeVisible();
  });

  await test.step("a wrong token is refused in words, and nothing is saved", async () => {
    await page.getByLabel("Okta domain").fill(standIn.url);
    await page.getByLabel("API token").fill("00wrong");
    await page.getByLabel("Name", { exact: true }).fill("Acme corporate");
    await page.getByLabel("Tags").fill("production, soc2");
    await page.getByLabel("Allow an address that is not public HTTPS").check();
    await page.getByRole("button", { name: "Try the credentials" }).click();
    await expect(page.getByRole("alert")).toContainText(/token/i);
    await page.getByRole("button", { name: "Add integration" }).click();
    await expect(page.getByRole("alert")).toContainText(/token/i);
    const saved = (await (await page.request.get(`${product.url}/api/integrations`)).json()) as {
      items: unknown[];
    };
    expect(saved.items).toEqual([]);
  });

  await test.step("the right token says what it will not see", async () => {
    await page.getByLabel("API token").fill("sim-read-only");
    await page.getByRole("button", { name: "Try the credentials" }).click();
    await expect(page.getByText("What they will not see:")).toBeVisible();
    await page.getByRole("button", { name: "Add integration" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Acme corporate" })).toBeVisible();
  });

  await test.step("the first poll is seen as it goes, and ends", async () => {
    await expect(page.getByRole("heading", { name: "Collecting now" })).toBeVisible();
    await expect(page.getByRole("meter", { name: "Types done" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Collecting now" })).toBeHidden({ timeout: 120_000 });
    await expect(page.getByRole("main").getByText("Complete").first()).toBeVisible();
    const features = page.getByRole("row", { name: /okta_feature/ });
    await expect(features.getByText("Not permitted")).toBeVisible();
  });

  await test.step("types have counts, and a resource its fields", async () => {
    await page.getByRole("link", { name: "Resources", exact: true }).click();
    await expect(page.getByRole("row", { name: /okta_user\b/ })).toContainText(/3\d\d/);
    await page.getByRole("link", { name: "Okta User", exact: true }).click();
    await expect(page.getByRole("status").filter({ hasText: /resources/ })).toContainText(/3\d\d/);
    await page.getByRole("table").getByRole("link").first().click();
    await expect(page.getByRole("heading", { name: "Fields" })).toBeVisible();
    await page.getByRole("link", { name: "History" }).click();
    await expect(page.getByText("Added").first()).toBeVisible();
  });

  await test.step("it is paused, and goes on", async () => {
    await page.getByRole("link", { name: "Integrations", exact: true }).click();
    await page.getByRole("link", { name: "Acme corporate" }).click();
    await page.getByRole("button", { name: "Disable" }).click();
    await expect(page.getByText("Collecting is paused")).toBeVisible();
    await page.getByRole("button", { name: "Enable" }).click();
    await expect(page.getByText("Collecting is paused")).toBeHidden();
  });

  await test.step("it is deleted only when its name is typed", async () => {
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("button", { name: "Delete for ever" })).toBeDisabled();
    await dialog.getByLabel(/to confirm/).fill("acme");
    await expect(dialog.getByRole("button", { name: "Delete for ever" })).toBeDisabled();
    await dialog.getByLabel(/to confirm/).fill("Acme corporate");
    await dialog.getByRole("button", { name: "Delete for ever" }).click();
    await expect(page.getByText("Nothing is connected yet")).toBeVisible({ timeout: 60_000 });
    const types = (await (await page.request.get(`${product.url}/api/types`)).json()) as {
      items: { resources: number }[];
    };
    expect(types.items.reduce((sum, type) => sum + type.resources, 0)).toBe(0);
  });

  expect(complaints).toEqual([]);
});
