import { owner } from "./support/product";
import { Receiver } from "./support/receiver";
import { expect, test } from "./support/test";

test("a finding is told to a Slack channel", async ({ ownerPage: page, standIn, product, integration }) => {
  const receiver = await Receiver.start();

  await test.step("a channel is made and tested", async () => {
    await page.goto("/alerts");
    await page.getByRole("link", { name: "Add a channel first" }).click();
    await page.getByRole("main").getByRole("button", { name: "New channel" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /Slack/ }).click();
    await dialog.getByLabel("Name").fill("#security-alerts");
    await dialog
      .getByLabel(/webhook|address|url/i)
      .first()
      .fill(receiver.url);
    await dialog.getByLabel("Allow an address that is not public HTTPS").check();
    await dialog.getByRole("button", { name: "Create channel" }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect(page.getByText("The test message was accepted")).toBeVisible();
    expect(receiver.messages).toHaveLength(1);
    await expect(page.getByRole("main")).not.toContainText(receiver.url);
  });

  await test.step("an alert watches findings", async () => {
    await page.getByRole("link", { name: "Alerts", exact: true }).last().click();
    await page.getByRole("button", { name: "New alert" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Anything that opens");
    await dialog.getByLabel("Severity").selectOption("info");
    await dialog.getByRole("button", { name: "Create alert" }).click();
    await expect(page.getByText("Findings that open or open again")).toBeVisible();
  });

  await test.step("what breaks at the vendor arrives", async () => {
    await standIn.change({
      op: "patch",
      type: "okta_policy",
      policyType: "PASSWORD",
      name: "Default Policy",
      set: { "settings.password.lockout.maxAttempts": 3 },
    });
    const client = await product.signIn(owner);
    await client.send("POST", `/api/integrations/${integration}/sync`, { full: true });
    const told = receiver.messages.length;
    // OKTA-004 asks for lock-out after three attempts: the first change mends it, the second breaks it again.
    await client.until(
      "/api/findings?rule=OKTA-004&status=resolved",
      (resolved: { items: unknown[] }) => resolved.items.length > 0,
    );
    await standIn.change({
      op: "patch",
      type: "okta_policy",
      policyType: "PASSWORD",
      name: "Default Policy",
      set: { "settings.password.lockout.maxAttempts": 50 },
    });
    await page.goto(`/integrations/${integration}`);
    await page.getByRole("button", { name: "Sync now" }).click();
    await expect.poll(() => receiver.messages.length, { timeout: 60_000 }).toBeGreaterThan(told);
    expect(receiver.messages.at(-1)?.text).toMatch(/Three failed attempts lock an account.*Default Policy/);
  });

  await test.step("the delivery can be looked at", async () => {
    await page.goto("/alerts/deliveries");
    await page.locator("[data-row]").first().click();
    await expect(page.getByRole("heading", { name: "What was sent" })).toBeVisible();
    await expect(page.locator("pre")).toContainText("text");
    await expect(page.getByRole("heading", { level: 2, name: "Attempts", exact: true })).toBeVisible();
  });
  await receiver.stop();
});

test("a channel that does not answer says so in words", async ({ ownerPage: page, product }) => {
  const receiver = await Receiver.start();
  const { url } = receiver;
  await receiver.stop();
  const client = await product.signIn(owner);
  const kinds = await client.get<{ items: { kind: string; fields: { name: string; secret: boolean }[] }[] }>(
    "/api/channel-kinds",
  );
  const field = kinds.items.find((kind) => kind.kind === "slack")?.fields[0];
  if (field === undefined) throw new Error("Slack asks for nothing");
  await client.send("POST", "/api/channels", {
    kind: "slack",
    name: "#gone",
    settings: field.secret ? {} : { [field.name]: url },
    secrets: field.secret ? { [field.name]: url } : {},
    allowInsecureEndpoint: true,
  });
  await page.goto("/alerts/channels");
  const row = page.getByRole("listitem").filter({ hasText: "#gone" });
  await row.getByRole("button", { name: "Send a test" }).click();
  await expect(row.getByRole("alert")).toContainText("did not arrive");
});
