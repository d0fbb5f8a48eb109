import { request, type APIRequestContext } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start, type Running } from "./process";

export const owner = {
  name: "Maren Okafor",
  email: "maren@acme.example",
  password: "correct horse battery staple",
};
/** The application key of the stand-in MonoSign. */
export const monosign = {
  id: "5d2c7f10-4a3e-4b6c-9d21-0c1f6e8a7b11",
  key: "9e8d7c6b-5a49-4838-8271-605f4e3d2c1b",
};
export const reader = {
  name: "Jonas Weiß",
  email: "jonas@acme.example",
  password: "seven small boats at sea",
};

export type Vendor = "okta" | "jumpcloud" | "monosign";

/** A stand-in of a vendor, with the orders it takes. */
export class StandIn {
  private constructor(
    readonly url: string,
    readonly vendor: Vendor,
    private readonly process: Running,
  ) {}

  static async start(vendor: Vendor = "okta"): Promise<StandIn> {
    const process = await start(
      ["sim", vendor, "--listen", "127.0.0.1:0", "--users", "300", "--control"],
      /^http:/,
    );
    return new StandIn(process.lines[0] ?? "", vendor, process);
  }

  /** What opens it, as the form of its provider asks for it. */
  get credentials(): { settings: Record<string, string>; secrets: Record<string, string> } {
    switch (this.vendor) {
      case "okta":
        return { settings: { domain: this.url }, secrets: { api_token: "sim-read-only" } };
      case "jumpcloud":
        return { settings: { base_url: this.url }, secrets: { api_key: "sim-api-key" } };
      case "monosign":
        return { settings: { base_url: this.url, app_id: monosign.id }, secrets: { app_key: monosign.key } };
    }
  }

  async change(...orders: object[]): Promise<void> {
    const answer = await fetch(`${this.url}/_sim/change`, { method: "POST", body: JSON.stringify(orders) });
    if (!answer.ok) throw new Error(`the stand-in refused: ${await answer.text()}`);
  }

  stop() {
    return this.process.stop();
  }
}

/** A server with a folder of its own. */
export class Product {
  private constructor(
    readonly url: string,
    readonly setupLink: string,
    private readonly folder: string,
    private readonly process: Running,
  ) {}

  static async start(): Promise<Product> {
    const folder = await mkdtemp(join(tmpdir(), "muster-web-"));
    const process = await start(["serve", "--data", folder, "--listen", "127.0.0.1:0"], /\/setup#/);
    const [url = "", link = ""] = process.lines.flatMap((line) => /https?:\/\/\S+/.exec(line)?.[0] ?? []);
    return new Product(url, link, folder, process);
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Makes the owner's account, as the one-time link would. */
  async setUp(): Promise<Client> {
    const token = this.setupLink.split("#")[1] ?? "";
    return Client.begin(this.url, "/api/setup", { token, ...owner });
  }

  signIn(user: { email: string; password: string }): Promise<Client> {
    return Client.begin(this.url, "/api/session", { email: user.email, password: user.password });
  }
}

/** The API with a session, for what a test needs beforehand. */
export class Client {
  private constructor(
    readonly context: APIRequestContext,
    private readonly token: string,
  ) {}

  static async begin(url: string, path: string, body: object): Promise<Client> {
    const context = await request.newContext({ baseURL: url });
    const answer = await context.post(path, { data: body });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
    const { csrfToken } = (await answer.json()) as { csrfToken: string };
    return new Client(context, csrfToken);
  }

  async get<Answer>(path: string): Promise<Answer> {
    const answer = await this.context.get(path);
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  async send<Answer>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    data: object = {},
  ): Promise<Answer> {
    const answer = await this.context.fetch(path, { method, data, headers: { "x-csrf-token": this.token } });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`);
    const text = await answer.text();
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }

  /** Connects a stand-in and waits until everything it has is collected and judged. */
  async connect(standIn: StandIn, name: string): Promise<string> {
    const { integration } = await this.send<{ integration: { id: string } }>("POST", "/api/integrations", {
      provider: standIn.vendor,
      name,
      description: "Everybody's sign-in.",
      tags: ["production", "soc2"],
      ...standIn.credentials,
      intervalSeconds: 86400,
      allowInsecureEndpoints: true,
    });
    await this.collected(integration.id);
    if (standIn.vendor !== "okta") return integration.id;
    await this.until("/api/rules", (rules: { items: { counts: { pass: number; fail: number } }[] }) => {
      const judged = rules.items.filter((rule) => rule.counts.pass + rule.counts.fail > 0);
      return judged.length > rules.items.length / 2;
    });
    return integration.id;
  }

  /** Waits until a run of the integration came to its end. */
  async collected(integration: string): Promise<void> {
    await this.until(
      `/api/integrations/${integration}`,
      (one: { lastRun: object | null }) => one.lastRun !== null,
    );
  }

  /** Asks again until the answer is as it should be. */
  async until<Answer>(path: string, fits: (answer: Answer) => boolean): Promise<Answer> {
    const end = Date.now() + 90_000;
    for (;;) {
      const answer = await this.get<Answer>(path);
      if (fits(answer)) return answer;
      if (Date.now() > end)
        throw new Error(`${path} did not become what was awaited: ${JSON.stringify(answer).slice(0, 500)}`);
      await new Promise((done) => setTimeout(done, 250));
    }
  }

  /** Brings a person in by an invitation, with a password. */
  async invite(person: { name: string; email: string; password: string }, role: string): Promise<void> {
    const { name, email, password } = person;
    const { invitation } = await this.send<{ invitation: string }>("POST", "/api/users", {
      name,
      email,
      role,
    });
    const token = invitation.split("#")[1] ?? "";
    // A context of its own: the answer brings the new person's cookie.
    await Client.begin(new URL(invitation).origin, `/api/invitations/${token}`, { password });
  }
}
