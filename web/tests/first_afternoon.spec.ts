import { write } from "./support/editor";
import { owner } from "./support/product";
import { Receiver } from "./support/receiver";
import { expect, freshTest as test } from "./support/test";

test("someone who never saw it connects okta, asks, judges and is told", async ({
  page,
  standIn,
  product,
}) => {
  test.setTimeout(240_000);
  const slack = await Receiver.start();
  // Slow enough to be watched.
  await standIn.change({ op: "latency", value: "5ms" });

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

  await test.step("okta is chosen, and its steps stand beside the form", async () => {
    await page.getByRole("link", { name: "Connect an identity system" }).click();
    await page.getByRole("link", { name: "Okta", exact: true }).click();
    await expect(page.getByRole("heading", { name: "In Okta" })).toBeVisible();
    await expect(page.getByText("Read-Only Administrator").first()).toBeVisible();
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
    const saved = (await (await page.request.get("/api/integrations")).json()) as { items: unknown[] };
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
    const heading = page.getByRole("heading", { name: "Collecting now" });
    await expect(heading).toBeVisible();
    const done = page.getByRole("meter", { name: "Types done" });
    const share = async () => Number(await done.getAttribute("aria-valuenow"));
    const before = await share();
    await expect.poll(share).toBeGreaterThan(before);
    await expect(heading).toBeHidden({ timeout: 120_000 });
    await expect(page.getByRole("main").getByText("Complete").first()).toBeVisible();
    const features = page.getByRole("row", { name: /okta_feature/ });
    await expect(features.getByText("Not permitted")).toBeVisible();
  });

  await test.step("the overview counts what came today", async () => {
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    const today = page.getByRole("region", { name: "Changes today" });
    await expect(today.getByRole("link", { name: /Modified\s*0 today/ })).toBeVisible();
    await today.getByRole("link", { name: /Added\s*5,\d\d\d today/ }).click();
    await expect(page).toHaveURL(/\/changes\?kind=added/);
    await expect(page.getByText("Added").first()).toBeVisible();
  });

  await test.step("a question is asked", async () => {
    await page.getByRole("link", { name: "Query", exact: true }).click();
    await write(
      page,
      "SELECT status, count(*) AS people FROM okta_user GROUP BY status ORDER BY people DESC",
    );
    await page.getByRole("button", { name: "Run" }).click();
    await expect(page.getByRole("row", { name: /ACTIVE 2\d\d/ })).toBeVisible();
  });

  await test.step("a finding says why it is one", async () => {
    await page.getByRole("link", { name: "Findings", exact: true }).click();
    await page.getByLabel("Search findings").fill("second factor");
    await page.getByRole("link", { name: "Active users have a second factor" }).first().click();
    for (const name of ["Why it matters", "What was found", "What to do", "What finds it", "History"]) {
      await expect(page.getByRole("heading", { name })).toBeVisible();
    }
    await expect(page.getByRole("main").getByText("mfaEnabled").first()).toBeVisible();
  });

  await test.step("it is suppressed with a reason, and with none it is not", async () => {
    await page.getByRole("button", { name: "Suppress" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("button", { name: "Suppress" })).toBeDisabled();
    await dialog.getByLabel("Reason").fill("Break-glass account, kept in the safe.");
    await dialog.getByRole("button", { name: "Suppress" }).click();
    await expect(page.getByText(`Suppressed by ${owner.name}`)).toBeVisible();
    await expect(page.getByText("Break-glass account, kept in the safe.").first()).toBeVisible();
  });

  await test.step("a slack channel is made and tested", async () => {
    await page.getByRole("link", { name: "Alerts", exact: true }).click();
    await page.getByRole("link", { name: "Add a channel first" }).click();
    await page.getByRole("main").getByRole("button", { name: "New channel" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /Slack/ }).click();
    await dialog.getByLabel("Name").fill("#security-alerts");
    await dialog.getByLabel("Webhook URL").fill(slack.url);
    await dialog.getByLabel("Allow an address that is not public HTTPS").check();
    await dialog.getByRole("button", { name: "Create channel" }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect(page.getByText("The test message was accepted")).toBeVisible();
    expect(slack.messages).toHaveLength(1);
    await expect(page.getByRole("main")).not.toContainText(slack.url);
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

  await test.step("what breaks in okta is told, and nothing else", async () => {
    await standIn.change({
      op: "patch",
      type: "okta_policy",
      policyType: "PASSWORD",
      name: "Default Policy",
      set: { "settings.recovery.factors.okta_sms.status": "ACTIVE" },
    });
    await page.getByRole("link", { name: "Integrations", exact: true }).click();
    await page.getByRole("link", { name: "Acme corporate" }).click();
    await page.getByRole("button", { name: "Sync now" }).click();
    await expect.poll(() => slack.messages.length, { timeout: 60_000 }).toBe(2);
    expect(slack.messages[1]?.text).toMatch(/Passwords cannot be recovered by SMS.*Default Policy/);
  });

  await test.step("the message leads to the finding", async () => {
    const [, link = ""] = /<(http[^|]+)\|Open in Muster>/.exec(JSON.stringify(slack.messages[1])) ?? [];
    await page.goto(link);
    await expect(
      page.getByRole("heading", { level: 1, name: "Passwords cannot be recovered by SMS" }),
    ).toBeVisible();
    await expect(page.getByRole("link", { name: "Default Policy" })).toBeVisible();
  });

  await test.step("what was sent can be looked at", async () => {
    await page.getByRole("link", { name: "Alerts", exact: true }).click();
    await page.getByRole("link", { name: "Deliveries" }).click();
    await page.locator("[data-row]").first().click();
    await expect(page.getByRole("heading", { name: "What was sent" })).toBeVisible();
    await expect(page.locator("pre")).toContainText("Default Policy");
    await expect(page.getByRole("heading", { level: 2, name: "Attempts", exact: true })).toBeVisible();
  });
  await slack.stop();
});
