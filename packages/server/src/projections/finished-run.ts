import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { JobState } from "../domain/state.ts";
import { readIfThere } from "./whole-file.ts";

/** More than the last line of a finished job's log needs; a longer one is simply compared in full. */
const TAIL_BYTES = 65_536;

/**
 * Whether the folder of a finished job needs no mending, judged by what a crash can leave behind: `state.json` (the
 * last file written) is of this version, `events.jsonl` ends with the last event, and no artifact or gate is missing.
 * Content changed by hand goes unnoticed, which spares reading every run ever made at each start.
 */
export async function finishedRunIsWhole(
  folder: string,
  state: JobState,
  stateJson: string,
): Promise<boolean> {
  if (!(await readIfThere(join(folder, "state.json")))?.equals(Buffer.from(stateJson))) return false;
  if ((await lastSeq(join(folder, "events.jsonl"))) !== state.version) return false;
  const artifacts = await namesIn(folder, "artifacts");
  const gates = await namesIn(folder, "gates");
  return (
    state.artifacts.every(({ path }) => artifacts.has(join(path))) &&
    state.gates.every(({ stage, approved }) => approved === null || gates.has(join("gates", `${stage}.json`)))
  );
}

async function lastSeq(path: string): Promise<number | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const length = Math.min(size, TAIL_BYTES);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
      const lines = buffer.toString("utf8").split("\n");
      if (lines.pop() !== "") return undefined;
      return JSON.parse(lines.pop() ?? "").seq;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function namesIn(folder: string, name: string): Promise<Set<string>> {
  const found = await readdir(join(folder, name), { recursive: true }).catch(() => []);
  return new Set(found.map((file) => join(name, file)));
}
