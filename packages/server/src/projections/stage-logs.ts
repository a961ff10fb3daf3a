import { open } from "node:fs/promises";
import { join } from "node:path";
import type { StageLogLine } from "../app/ports/stage-executor.ts";
import { appendLines } from "./line-file.ts";

/** Gathers log lines of stages and writes them in batches; a crash loses at most those since the last `flush`. */
export class StageLogs {
  readonly #runs: string;
  #waiting = new Map<string, string[]>();
  readonly #seen = new Set<string>();

  constructor(runs: string) {
    this.#runs = runs;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  add(jobId: string, stage: string, line: StageLogLine): void {
    if (!/^[a-z][a-z0-9_]*$/.test(stage) || !/^[0-9a-f-]+$/.test(jobId))
      throw new TypeError(`no log for stage ${stage} of job ${jobId}`);
    const path = join(this.#runs, jobId, "logs", `${stage}.log`);
    const lines = this.#waiting.get(path);
    const text = JSON.stringify(line);
    if (lines === undefined) this.#waiting.set(path, [text]);
    else lines.push(text);
  }

  /** Writes what waits. A file that fails does not stop the others; the first error is thrown at the end. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    const results = await Promise.allSettled([...waiting].map(([path, lines]) => this.#write(path, lines)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  async #write(path: string, lines: readonly string[]): Promise<void> {
    const torn = !this.#seen.has(path) && (await endsTorn(path));
    // A line torn by a crash is closed, so that the next one stays whole.
    await appendLines(path, torn ? ["", ...lines] : lines);
    this.#seen.add(path);
  }
}

async function endsTorn(path: string): Promise<boolean> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      if (size === 0) return false;
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
      return buffer[0] !== 0x0a;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
