import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface SlackMessage {
  text: string;
  blocks?: { type: string; text?: { type: string; text: string } }[];
}

/** Answers as a Slack webhook does, and refuses what Slack would refuse. */
export class Receiver {
  readonly messages: SlackMessage[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on("request", (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const message = read(body);
        const fits =
          request.method === "POST" &&
          request.headers["content-type"]?.startsWith("application/json") &&
          message;
        if (!fits) {
          response.writeHead(400).end("invalid_payload");
          return;
        }
        receiver.messages.push(message);
        response.writeHead(200).end("ok");
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/services/T000/B000/XXXX`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }
}

function read(body: string): SlackMessage | null {
  try {
    const message = JSON.parse(body) as Partial<SlackMessage>;
    return typeof message.text === "string" && message.text !== "" ? (message as SlackMessage) : null;
  } catch {
    return null;
  }
}
