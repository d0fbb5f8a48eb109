import { owner } from "./support/product";
import { expect, freshTest as test, signIn } from "./support/test";
import { pauseAndDelete, sync, watchFirstPoll } from "./support/walk";

test.use({ vendor: "jumpcloud" });

test("jumpcloud is connected, collected, followed, paused and taken away", async ({
  page,
  standIn,
  product,
}) => {
  test.setTimeout(240_000);
  const client = await product.setUp();
  await standIn.change({ op: "latency", value: "5ms" });
  await signIn(page, owner);

  await test.step("it is chosen from the gallery, with its steps", async () => {
    await page.goto("/integrations");
    await page.getByRole("link", { name: "JumpCloud", exact: true }).click();
    await expect(page.getByRole("heading", { name: "In JumpCloud" })).toBeVisible();
    await expect(page.getByText(/Open Settings, then Administrators/)).toBeVisible();
    await expect(page.getByText(/My API Key/).first()).toBeVisible();
  });

  await test.step("the way to authenticate decides what is asked for", async () => {
    await expect(page.getByRole("radio", { name: "API key" })).toBeChecked();
    await expect(page.getByLabel("Region")).toHaveValue("us");
    await expect(page.getByLabel("Client secret")).toBeHidden();
    await page.getByRole("radio", { name: "Service account" }).click();
    await expect(page.getByLabel("Client ID")).toBeVisible();
    await expect(page.getByLabel("Client secret")).toBeVisible();
    await expect(page.getByRole("textbox", { name: "API key" })).toBeHidden();
    await page.getByRole("radio", { name: "API key" }).click();
  });

  await test.step("a wrong key is refused in words, and nothing is saved", async () => {
    await page.getByRole("textbox", { name: "Address" }).fill(standIn.url);
    await page.getByRole("textbox", { name: "API key" }).fill("not-the-key");
    await page.getByLabel("Name", { exact: true }).fill("Acme devices");
    await page.getByLabel("Allow an address that is not public HTTPS").check();
    await page.getByRole("button", { name: "Add integration" }).click();
    await expect(page.getByRole("alert")).toContainText("does not accept the credentials");
    expect(await client.get<{ items: unknown[] }>("/api/integrations")).toMatchObject({ items: [] });
  });

  await test.step("the right key is tried and saved", async () => {
    await page.getByRole("textbox", { name: "API key" }).fill("sim-api-key");
    await page.getByRole("button", { name: "Try the credentials" }).click();
    await expect(page.getByText(/^These work/)).toBeVisible();
    await page.getByRole("button", { name: "Add integration" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Acme devices", exact: true })).toBeVisible();
  });

  await test.step("the first poll is seen as it goes, and ends", () => watchFirstPoll(page));

  await test.step("people and devices are there", async () => {
    await page.getByRole("link", { name: "JumpCloud Device", exact: true }).click();
    await expect(page.getByRole("status").filter({ hasText: "matches" })).toContainText(/[1-9]/);
    await page.goto("/resources/jumpcloud_user");
    await page.getByRole("table").getByRole("link").first().click();
    await expect(page.getByRole("heading", { name: "Fields" })).toBeVisible();
  });

  await test.step("what changes there is a change here", async () => {
    const { items } = await client.get<{ items: { key: string; label: string }[] }>(
      "/api/resources?type=jumpcloud_user&limit=5",
    );
    const person = items[3];
    if (person === undefined) throw new Error("there are too few people");
    await standIn.change({ op: "update_user", user: person.key, profile: { firstName: "Ottoline" } });
    await page.goto("/integrations");
    await page.getByRole("link", { name: "Acme devices" }).click();
    await sync(page);
    await page.goto("/changes?type=jumpcloud_user&kind=modified");
    const change = page.getByRole("listitem").filter({ hasText: person.label });
    await expect(change).toBeVisible({ timeout: 60_000 });
    await change.getByRole("button", { name: /show the fields/ }).click();
    await expect(change.getByText("Ottoline").first()).toBeVisible();
  });

  await test.step("another way to authenticate takes the place of the key", async () => {
    await page.goto("/integrations");
    await page.getByRole("link", { name: "Acme devices" }).click();
    await page.getByRole("link", { name: "Edit" }).click();
    await expect(page.getByRole("radio", { name: "API key" })).toBeChecked();
    await page.getByRole("radio", { name: "Service account" }).click();
    await page.getByLabel("Client ID").fill("sim-client");
    await page.getByLabel("Client secret").fill("sim-client-secret");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Acme devices", exact: true })).toBeVisible();
    const [one] = (await client.get<{ items: { authentication: string }[] }>("/api/integrations")).items;
    expect(one?.authentication).toBe("client_credentials");
    await page.getByRole("link", { name: "Edit" }).click();
    await expect(page.getByRole("radio", { name: "Service account" })).toBeChecked();
    await page.getByRole("link", { name: "Cancel" }).click();
  });

  await test.step("it is paused, goes on, and is deleted without a trace", () =>
    pauseAndDelete(page, "Acme devices"));
});

test("a key of several organisations opens little until one is named", async ({ page, standIn, product }) => {
  await product.setUp();
  await signIn(page, owner);
  await page.goto("/integrations/new/jumpcloud");
  await page.getByRole("textbox", { name: "Address" }).fill(standIn.url);
  await page.getByRole("textbox", { name: "API key" }).fill("sim-multi-tenant-key");
  await page.getByLabel("Allow an address that is not public HTTPS").check();
  await page.getByRole("button", { name: "Try the credentials" }).click();
  const notice = page.getByRole("status").filter({ hasText: "These work" });
  await expect(notice).toContainText("open little");
  await expect(notice).toContainText("x-org-id is required");
});
