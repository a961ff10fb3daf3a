import { appendFile, mkdir, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { readIfThere } from "./whole-file.ts";

const NEWLINE = 0x0a;

/** Appends whole lines (each without its newline) in one write; makes the folder if need be. */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const text = `${lines.join("\n")}\n`;
  await appendFile(path, text).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, text);
  });
}

/** Makes the file hold exactly `lines`: keeps the lines that are right, cuts off from the first wrong or torn one. */
export async function mendLines(path: string, lines: readonly string[]): Promise<void> {
  const found = (await readIfThere(path)) ?? Buffer.alloc(0);
  let kept = 0;
  let right = 0;
  for (const line of lines) {
    const expected = Buffer.from(`${line}\n`);
    if (!found.subarray(kept, kept + expected.length).equals(expected)) break;
    kept += expected.length;
    right++;
  }
  if (kept < found.length) await truncate(path, kept);
  await appendLines(path, lines.slice(right));
}

/** Reads a file of JSON lines and cuts off what a crash left at its end: a line without newline, or one that does not parse. */
export async function readMendedJsonLines(path: string): Promise<unknown[]> {
  const found = await readIfThere(path);
  if (found === undefined) return [];
  const values: unknown[] = [];
  let good = 0;
  for (let start = 0; ; ) {
    const end = found.indexOf(NEWLINE, start);
    if (end < 0) break;
    const value = parsed(found.toString("utf8", start, end));
    start = end + 1;
    if (value === undefined) continue;
    values.push(value);
    good = start;
  }
  if (good < found.length) await truncate(path, good);
  return values;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
