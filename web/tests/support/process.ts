import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

/** The binary under test: MUSTER_BIN, or what cargo built last. */
export function binary(): string {
  const given = process.env.MUSTER_BIN;
  const built = resolve(process.env.CARGO_TARGET_DIR ?? "../target", "debug/muster");
  const path = given ?? built;
  if (!existsSync(path))
    throw new Error(`${path} is missing: run \`cargo build\`, or name the binary in MUSTER_BIN`);
  return path;
}

export interface Running {
  /** What it printed until the last of the awaited lines came. */
  lines: string[];
  stop: () => Promise<void>;
}

/** Starts the binary and waits until a line of its output fits. What it says on standard error is told when it fails. */
export async function start(arguments_: string[], ready: RegExp): Promise<Running> {
  const child = spawn(binary(), arguments_, { stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  const lines: string[] = [];
  await new Promise<void>((done, fail) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      if (ready.test(line)) done();
    });
    child.once("error", fail);
    child.once("exit", (code) =>
      fail(new Error(`muster ${arguments_[0] ?? ""} ended with ${code ?? "a signal"}\n${complaint}`)),
    );
  });
  return { lines, stop: () => stop(child) };
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once("exit", () => done());
    child.kill("SIGTERM");
    const hard = setTimeout(() => child.kill("SIGKILL"), 20_000);
    hard.unref();
  });
}
