import { owner } from "./support/product";
import { expect, freshTest as test, signIn } from "./support/test";

const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  required: ["employeeNumber"],
  properties: {
    employeeNumber: { type: "string" },
    email: { type: "string" },
    department: { type: "string" },
  },
};

test("a type of one's own is described, pushed with a key, and deleted", async ({
  page,
  product,
  playwright,
}) => {
  await product.setUp();
  await signIn(page, owner);

  await test.step("the place for it is made from the gallery", async () => {
    await page.goto("/integrations");
    await page.getByRole("link", { name: "Custom data" }).click();
    await expect(page.getByRole("button", { name: "Try the credentials" })).toBeHidden();
    await expect(page.getByLabel("Poll")).toBeHidden();
    await page.getByLabel("Name", { exact: true }).fill("HR");
    await page.getByRole("button", { name: "Add integration" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "HR", exact: true })).toBeVisible();
    await expect(page.getByText("No type yet")).toBeVisible();
  });

  const write = async (text: string) => {
    await page.getByRole("textbox", { name: "Schema" }).focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(text);
  };

  await test.step("mistakes in the schema are told, each with its place", async () => {
    await page.getByRole("link", { name: "New type" }).click();
    await page.getByLabel("Name", { exact: true }).fill("hr_person");
    await page.getByRole("textbox", { name: "Title" }).fill("HR Person");
    await write(`{ "type": `);
    await page.getByRole("button", { name: "Make the type" }).click();
    await expect(page.getByRole("alert")).toContainText("no JSON");
    await write(
      JSON.stringify({ ...schema, required: [], properties: { employeeNumber: { type: "text" } } }),
    );
    await page.getByRole("button", { name: "Make the type" }).click();
    await expect(page.getByRole("alert")).toContainText("/schema/properties/employeeNumber/type");
  });

  await test.step("the type is made, and says how to push", async () => {
    await write(JSON.stringify(schema, null, 2));
    await page.getByRole("button", { name: "Make the type" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "HR Person" })).toBeVisible();
    await expect(page.locator("pre").first()).toContainText(`${product.url}/api/ingest/hr_person`);
  });

  const key = await test.step("a key is made that may push this type only", async () => {
    await page.goto("/settings/keys");
    await page.getByRole("button", { name: "New key" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Nightly export");
    await dialog.getByRole("radio", { name: /Ingest/ }).click();
    await dialog.getByLabel("For").selectOption("hr_person");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const made = await dialog.getByLabel("API key", { exact: true }).inputValue();
    await dialog.getByRole("button", { name: "I have it" }).click();
    await expect(page.getByRole("row", { name: /Nightly export/ })).toContainText("hr_person");
    return made;
  });

  await test.step("what is pushed is there", async () => {
    await page.getByRole("link", { name: "Integrations", exact: true }).click();
    await page.getByRole("link", { name: "HR", exact: true }).click();
    const row = page.getByRole("row", { name: /hr_person/ });
    await expect(row).toBeVisible();
    const outside = await playwright.request.newContext({
      baseURL: product.url,
      extraHTTPHeaders: { authorization: `Bearer ${key}` },
    });
    const people = [
      { employeeNumber: "1", email: "ottoline@acme.example", department: "Ports" },
      { employeeNumber: "2", email: "priya@acme.example", department: "Ports" },
    ];
    const answer = await outside.put("/api/ingest/hr_person", { data: people });
    expect(await answer.json()).toMatchObject({ seen: 2, added: 2 });
    expect((await outside.get("/api/resources?type=hr_person")).status()).toBe(401);
    await outside.dispose();
    await expect(row).toContainText("Complete");
    await expect(row).toContainText("2");
    await row.getByRole("link", { name: "HR Person" }).click();
    await page.getByRole("main").getByRole("link", { name: "Resources" }).click();
    await expect(page.getByRole("table").getByText("ottoline@acme.example").first()).toBeVisible();
  });

  await test.step("the type is deleted with what was pushed", async () => {
    await page.goBack();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const dialog = page.getByRole("dialog");
    const remove = dialog.getByRole("button", { name: "Delete for ever" });
    await expect(remove).toBeDisabled();
    await dialog.getByLabel(/to confirm/).fill("hr_person");
    await remove.click();
    await expect(page.getByText("No type yet")).toBeVisible();
  });
});
