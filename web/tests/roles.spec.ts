import { write } from "./support/editor";
import { expect, test } from "./support/test";

test("a user reads and queries, and sees no management", async ({ readerPage: page, integration }) => {
  await page.goto("/integrations");
  await expect(page.getByRole("link", { name: "Acme corporate" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Add an integration" })).toBeHidden();

  await page.goto(`/integrations/${integration}`);
  await expect(page.getByRole("heading", { level: 1, name: "Acme corporate" })).toBeVisible();
  for (const name of ["Sync now", "Disable", "More actions"]) {
    await expect(page.getByRole("button", { name })).toBeHidden();
  }

  await page.goto("/findings");
  await page.locator("[data-row]").first().click();
  await expect(page.getByRole("heading", { name: "Why it matters" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Suppress" })).toBeHidden();
  await expect(page.getByLabel("Assigned to")).toBeHidden();
  await expect(page.getByLabel("Comment")).toBeVisible();

  await page.goto("/alerts/channels");
  await expect(page.getByRole("heading", { level: 1, name: "Channels" })).toBeVisible();
  await expect(page.getByRole("button", { name: "New channel" })).toBeHidden();

  await page.goto("/settings");
  await expect(page.getByRole("link", { name: "API keys" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Users" })).toBeHidden();
  await expect(page.getByRole("link", { name: "Audit log", exact: true })).toBeHidden();
  await page.goto("/settings/users");
  await expect(page.getByRole("alert")).toBeVisible();

  await page.goto("/query");
  await write(page, "SELECT count(*) AS n FROM okta_group");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByText("1 row", { exact: true })).toBeVisible();
});

test("an invitation is shown once and lets its reader in", async ({ ownerPage: page, browser, product }) => {
  await page.goto("/settings/users");
  await page.getByRole("button", { name: "Invite someone" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Priya Raman");
  await dialog.getByLabel("E-mail address").fill("priya@acme.example");
  await dialog.getByRole("radio", { name: /Administrator/ }).click();
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = await dialog.getByLabel("Invitation link").inputValue();
  expect(link).toContain("/invitation#");
  await dialog.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByRole("row", { name: /Priya Raman/ })).toContainText("Invited");

  const other = await browser.newContext({ baseURL: product.url });
  const theirs = await other.newPage();
  await theirs.goto(link);
  await expect(theirs.getByRole("heading", { name: "Welcome, Priya Raman" })).toBeVisible();
  await theirs.getByLabel("Password").fill("nine green bottles on a wall");
  await theirs.getByRole("button", { name: "Begin" }).click();
  await expect(theirs.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await other.close();
});

test("an api key is shown once and works", async ({ ownerPage: page, playwright, product }) => {
  await page.goto("/settings/keys");
  await page.getByRole("button", { name: "New key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Reporting");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const key = await dialog.getByLabel("API key", { exact: true }).inputValue();
  await dialog.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByRole("row", { name: /Reporting/ })).toContainText("Query");
  await expect(page.getByRole("main")).not.toContainText(key);
  const api = await playwright.request.newContext({
    baseURL: product.url,
    extraHTTPHeaders: { authorization: `Bearer ${key}` },
  });
  const answer = await api.post("/api/query", { data: { sql: "SELECT count(*) AS n FROM okta_user" } });
  expect(answer.status()).toBe(200);
  await api.dispose();
});

test("a wrong password is refused, and a page asked for is come back to", async ({
  page,
  integration: _,
}) => {
  await page.goto("/rules?state=fail");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("E-mail address").fill("maren@acme.example");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/rules\?state=fail/);
  await expect(page.getByRole("heading", { level: 1, name: "Rules" })).toBeVisible();
});
