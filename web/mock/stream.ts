import type { ServerResponse } from "node:http";
import { progress } from "./data";

export function stream(response: ServerResponse) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    response.write(
      `event: progress\ndata: ${JSON.stringify({ integration: "int_lab", types: progress(round) })}\n\n`,
    );
  }, 700);
  response.on("close", () => clearInterval(timer));
}
