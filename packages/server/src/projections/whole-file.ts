import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Replaces a file as a whole: a reader sees the old content or the new, never a part. Makes the folder if need be. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await replaceWith(path, (temporary) => writeFile(temporary, text));
}

/** Lets `make` produce the content under a temporary name beside `path`, then renames it. */
export async function replaceWith(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await make(temporary).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      await mkdir(dirname(path), { recursive: true });
      await make(temporary);
    });
    await rename(temporary, path);
  } finally {
    // Also after a rename that did nothing because both names were links to one file.
    await rm(temporary, { force: true });
  }
}

/** The content of a file, or undefined where there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
