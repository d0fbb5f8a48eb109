import { expect, test as base, type Page } from "@playwright/test";
import { owner, Product, type Client, reader, StandIn, type Vendor } from "./product";

interface Shared {
  standIn: StandIn;
  product: Product;
  /** The id of the integration that everything is looked at through. */
  integration: string;
}

interface Each {
  /** A page on which the owner has signed in. */
  ownerPage: Page;
  readerPage: Page;
}

/** Fails a test in which the page broke its content security policy or threw. */
const watchedTest = base.extend<{ watched: undefined }>({
  watched: [
    async ({ page }, use) => {
      const complaints = watch(page);
      await use(undefined);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

/** Tests that begin at nothing: a server and a stand-in of their own. */
export const freshTest = watchedTest.extend<Pick<Shared, "standIn" | "product"> & { vendor: Vendor }>({
  vendor: ["okta", { option: true }],
  standIn: async ({ vendor }, use) => {
    const standIn = await StandIn.start(vendor);
    await use(standIn);
    await standIn.stop();
  },
  product: async ({}, use) => {
    const product = await Product.start();
    await use(product);
    await product.stop();
  },
  baseURL: async ({ product }, use) => use(product.url),
});

/** Tests against one server that has an owner, a reader, and a company that is collected and judged. */
export const test = watchedTest.extend<Each, Shared>({
  standIn: [
    async ({}, use) => {
      const standIn = await StandIn.start();
      await use(standIn);
      await standIn.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  product: [
    async ({}, use) => {
      const product = await Product.start();
      await use(product);
      await product.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  integration: [
    async ({ standIn, product }, use) => {
      const client = await product.setUp();
      await client.invite(reader, "user");
      const id = await client.connect(standIn, "Acme corporate");
      await happen(client, standIn, id);
      await describe(client);
      await use(id);
    },
    { scope: "worker", timeout: 180_000 },
  ],
  baseURL: async ({ product }, use) => use(product.url),
  ownerPage: async ({ page, integration: _ }, use) => {
    await signIn(page, owner);
    await use(page);
  },
  readerPage: async ({ page, integration: _ }, use) => {
    await signIn(page, reader);
    await use(page);
  },
});

/** Something is done in the stand-in, so that there are changes and events of it. */
async function happen(client: Client, standIn: StandIn, integration: string): Promise<void> {
  await standIn.change(
    { op: "set_status", user: 20, status: "SUSPENDED" },
    { op: "set_status", user: 21, status: "DEPROVISIONED" },
    { op: "update_user", user: 22, profile: { title: "Harbour pilot" } },
  );
  await client.send("POST", `/api/integrations/${integration}/sync`);
  const some = (answer: { items: object[] }) => answer.items.length > 0;
  await client.until("/api/changes?kind=modified&type=okta_user", some);
  await client.until("/api/audit-events?activity=user.lifecycle.suspend", some);
}

/** A type of one's own, with a few documents. */
async function describe(client: Client): Promise<void> {
  await client.send("POST", "/api/integrations", {
    provider: "custom",
    name: "HR",
    description: "Everybody on the payroll.",
    tags: [],
    settings: {},
    secrets: {},
  });
  await client.send("POST", "/api/custom-types", {
    name: "hr_person",
    title: "HR Person",
    description: "Everybody on the payroll, as HR tells it every night.",
    key: ["employeeNumber"],
    label: "email",
    schema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      required: ["employeeNumber"],
      properties: {
        employeeNumber: { type: "string" },
        email: { type: "string" },
        startedAt: { type: "string", format: "date-time" },
      },
    },
  });
  await client.send("PUT", "/api/ingest/hr_person", [
    { employeeNumber: "1", email: "ottoline@acme.example", startedAt: "2021-04-01T00:00:00Z" },
    { employeeNumber: "2", email: "priya@acme.example", startedAt: "2023-09-18T00:00:00Z" },
  ]);
}

export { expect };

/** What a page must never do: break its policy, or throw. */
function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/content.security.policy|refused to/i.test(message.text()))
      complaints.push(`${message.text()} (${message.location().url}:${message.location().lineNumber})`);
  });
  return complaints;
}

type Cookies = Parameters<ReturnType<Page["context"]>["addCookies"]>[0];

/** Sessions that are open, by address and person: whoever signs in again and again is slowed down by the server. */
const sessions = new Map<string, Cookies>();

export async function signIn(page: Page, user: { email: string; password: string }): Promise<void> {
  const context = page.context();
  const open = await page.request.get("/healthz");
  const session = `${new URL(open.url()).origin} ${user.email}`;
  const known = sessions.get(session);
  if (known) {
    await context.addCookies(known);
    if ((await page.request.get("/api/session")).ok()) return;
  }
  const answer = await page.request.post("/api/session", {
    data: { email: user.email, password: user.password },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  sessions.set(session, await context.cookies());
}
