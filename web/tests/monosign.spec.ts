import { monosign, owner } from "./support/product";
import { expect, freshTest as test, signIn } from "./support/test";
import { pauseAndDelete, sync, watchFirstPoll } from "./support/walk";

test.use({ vendor: "monosign" });

test("monosign is connected, collected, paused and taken away", async ({ page, standIn, product }) => {
  test.setTimeout(240_000);
  const client = await product.setUp();
  await standIn.change({ op: "latency", value: "40ms" });
  await signIn(page, owner);

  await test.step("it is chosen from the gallery, with its steps", async () => {
    await page.goto("/integrations");
    await page.getByRole("link", { name: "MonoSign", exact: true }).click();
    await expect(page.getByRole("heading", { name: "In MonoSign" })).toBeVisible();
    await expect(page.getByText(/Open Keys/)).toBeVisible();
  });

  await test.step("what fits most installations is folded away", async () => {
    await expect(page.getByLabel("Path of the users")).toBeHidden();
    await page.getByText("More settings").click();
    await expect(page.getByLabel("Path of the users")).toHaveValue("/api/v1.3/users");
    await page.getByText("More settings").click();
  });

  await test.step("a wrong key is refused in words, and nothing is saved", async () => {
    await page.getByLabel("Name", { exact: true }).fill("Acme sign-on");
    await page.getByLabel("Description").fill("Single sign-on of the subsidiaries.");
    await page.getByLabel("Base API URL").fill(standIn.url);
    await page.getByLabel("MonoSign-AppId").fill(monosign.id);
    await page.getByLabel("MonoSign-AppKey").fill("00000000-0000-0000-0000-000000000000");
    await page.getByLabel("Allow an address that is not public HTTPS").check();
    await page.getByRole("button", { name: "Add integration" }).click();
    await expect(page.getByRole("alert")).toContainText(/key|credentials/i);
    expect(await client.get<{ items: unknown[] }>("/api/integrations")).toMatchObject({ items: [] });
  });

  await test.step("the right key is saved", async () => {
    await page.getByLabel("MonoSign-AppKey").fill(monosign.key);
    await page.getByRole("button", { name: "Add integration" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Acme sign-on" })).toBeVisible();
    await expect(page.getByText("Single sign-on of the subsidiaries.")).toBeVisible();
  });

  await test.step("the first poll is seen as it goes, and ends", () => watchFirstPoll(page));

  await test.step("people are there", async () => {
    await page.getByRole("link", { name: "MonoSign User", exact: true }).click();
    await expect(page.getByRole("status").filter({ hasText: "matches" })).toContainText(/[1-9]/);
    await page.getByRole("table").getByRole("link").first().click();
    await expect(page.getByRole("heading", { name: "Fields" })).toBeVisible();
  });

  await test.step("what changes there is a change here", async () => {
    await standIn.change({ op: "update_user", user: 40, profile: { firstName: "Ottoline" } });
    await page.goto("/integrations");
    await page.getByRole("link", { name: "Acme sign-on" }).click();
    await sync(page);
    await page.goto("/changes?type=monosign_user&kind=modified");
    const change = page
      .getByRole("listitem")
      .filter({ has: page.getByRole("button") })
      .first();
    await expect(change).toBeVisible({ timeout: 60_000 });
    await change.getByRole("button", { name: /show the fields/ }).click();
    await expect(change.getByText("Ottoline").first()).toBeVisible();
  });

  await test.step("it is paused, goes on, and is deleted without a trace", async () => {
    await page.goto("/integrations");
    await page.getByRole("link", { name: "Acme sign-on" }).click();
    await pauseAndDelete(page, "Acme sign-on");
  });
});
