import { owner } from "./support/product";
import { expect, test } from "./support/test";

const suspend = (user: number) => ({ op: "set_status", user, status: "SUSPENDED" });

test("a vendor's log is looked at, told apart, narrowed and opened", async ({
  ownerPage: page,
  product,
  standIn,
  integration,
}) => {
  test.setTimeout(180_000);
  const client = await product.signIn(owner);
  const arrived = (least: number) =>
    client.until(
      "/api/audit-events/histogram?activity=user.lifecycle.suspend",
      (histogram: { total: number }) => histogram.total >= least,
    );
  const read = () => client.send("POST", `/api/integrations/${integration}/sync`);
  await standIn.change(suspend(60), suspend(61), { op: "set_status", user: 62, status: "DEPROVISIONED" });
  await read();
  await arrived(2);

  await test.step("events are there, with the log they are from", async () => {
    await page.goto("/audit-logs");
    await expect(page.getByRole("region", { name: "Events over time" })).toContainText(
      /[1-9]\d* events? in the last 24 hours/,
    );
    await expect(page.getByRole("region", { name: "Logs" })).toContainText("okta_system_log");
    await expect(page.getByRole("region", { name: "Logs" })).toContainText(/read to its end/);
    await expect(page.getByRole("link", { name: "user.lifecycle.suspend" }).first()).toBeVisible();
  });

  await test.step("a group is taken alone, and the address says so", async () => {
    const groups = page.getByRole("list", { name: "Groups" });
    await groups.getByRole("button", { name: /user\.lifecycle\.suspend/ }).click();
    await expect(page).toHaveURL(/activity=user\.lifecycle\.suspend/);
    await expect(page.getByRole("link", { name: "user.lifecycle.deactivate" })).toHaveCount(0);
    await page.getByLabel("Group by").selectOption("actor");
    await expect(page).toHaveURL(/by=actor/);
    await expect(groups.getByRole("button").first()).toContainText("@");
    const address = page.url();
    await page.goto("/");
    await page.goto(address);
    await expect(page.getByText("Activity is user.lifecycle.suspend")).toBeVisible();
    await expect(page.getByLabel("Group by")).toHaveValue("actor");
  });

  await test.step("what is new waits until it is asked for", async () => {
    const rows = page.getByRole("table", { name: "Events" }).locator("[data-row]");
    await expect(rows.first()).toBeVisible();
    const before = await rows.count();
    await standIn.change(suspend(63));
    await read();
    const more = page.getByRole("button", { name: "1 new event" });
    await expect(more).toBeVisible({ timeout: 60_000 });
    expect(await rows.count()).toBe(before);
    await more.click();
    await expect(rows).toHaveCount(before + 1);
    await expect(more).toBeHidden();
  });

  await test.step("one event is opened whole", async () => {
    await page.getByRole("link", { name: "user.lifecycle.suspend" }).first().click();
    const drawer = page.getByRole("dialog", { name: "user.lifecycle.suspend" });
    await expect(drawer.getByText("SUCCESS").first()).toBeVisible();
    await expect(drawer.getByRole("link", { name: "Acme corporate" })).toBeVisible();
    await drawer.getByRole("radio", { name: "Raw JSON" }).click();
    await expect(drawer.locator("pre")).toContainText('"eventType": "user.lifecycle.suspend"');
    const address = page.url();
    await page.keyboard.press("Escape");
    await expect(drawer).toBeHidden();
    await page.goto(address);
    await expect(drawer).toBeVisible();
    const target = drawer.getByRole("link", { name: /@/ }).last();
    await target.click();
    await expect(page).toHaveURL(/\/resources\/okta_user\//);
  });

  await test.step("it is narrowed by search and by a filter", async () => {
    await page.goto("/audit-logs");
    await page.getByRole("button", { name: "Filter" }).click();
    const filter = page.getByRole("dialog", { name: "Add a filter" });
    await filter.getByLabel("What").selectOption("outcome");
    await filter.getByRole("list", { name: "Frequent" }).getByRole("button", { name: "SUCCESS" }).click();
    await expect(page).toHaveURL(/outcome=SUCCESS/);
    await page.getByLabel("Search in events").fill("no event has these words");
    await expect(page.getByText("No event fits")).toBeVisible();
    await page.getByRole("button", { name: "Take away all filters" }).click();
    await expect(page.getByRole("link", { name: "user.lifecycle.suspend" }).first()).toBeVisible();
  });

  await test.step("a span is narrowed by keyboard and by dragging", async () => {
    await page.getByRole("radio", { name: "1 h" }).click();
    await expect(page).toHaveURL(/span=1h/);
    await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
    const chart = page.getByRole("slider", { name: "Events over time" });
    await chart.focus();
    await chart.press("End");
    await chart.press("Shift+ArrowLeft");
    await chart.press("Shift+ArrowLeft");
    await expect(chart).toHaveAttribute("aria-valuetext", /events?$/);
    await chart.press("Enter");
    await expect(page).toHaveURL(/from=.*to=/);
    await page.goBack();
    await expect(page).not.toHaveURL(/from=/);
    const box = await chart.boundingBox();
    if (box === null) throw new Error("the chart is not there");
    await page.mouse.move(box.x + box.width * 0.7, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 12, box.y + 40, { steps: 5 });
    await page.mouse.up();
    await expect(page).toHaveURL(/from=.*to=/);
    await expect(page.getByRole("list", { name: "Filters" })).toContainText("–");
  });
});
