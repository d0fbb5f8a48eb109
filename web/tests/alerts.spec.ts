import { owner } from "./support/product";
import { Receiver } from "./support/receiver";
import { expect, test } from "./support/test";

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
