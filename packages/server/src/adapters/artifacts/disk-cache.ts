/**
 * Results of stages as files `cache/ab/<key>.json`, written under a temporary name and renamed: several processes may
 * write the same key, the last one whole wins. What a crash or a hand left unreadable is a miss, never an error.
 */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BuildCache, CacheEntry } from "../../app/ports/build-cache.ts";
import type { ObjectStore } from "../../app/ports/object-store.ts";

export type DiskCacheOptions = {
  /** The folder `cache`; it is made if need be. */
  readonly root: string;
  /** Where the objects of the entries are. */
  readonly objects: Pick<ObjectStore, "has">;
};

export function openDiskCache({ root, objects }: DiskCacheOptions): BuildCache {
  return {
    async get(key) {
      const entry = parsed(await readFile(pathOf(root, key), "utf8").catch(missing));
      if (entry?.key !== key) return undefined;
      const there = await Promise.all(entry.sha256s.map((sha256) => objects.has(sha256)));
      return there.every(Boolean) ? entry : undefined;
    },
    async put(entry) {
      const path = pathOf(root, entry.key);
      const temporary = `${path}.${randomUUID()}.tmp`;
      await mkdir(dirname(path), { recursive: true });
      try {
        await writeFile(temporary, JSON.stringify(entry));
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
  };
}

/** A key that is not hexadecimal is named by its sha256, so that any key is a safe file name. */
function pathOf(root: string, key: string): string {
  const name = /^[0-9a-f]{16,128}$/.test(key) ? key : createHash("sha256").update(key).digest("hex");
  return join(root, name.slice(0, 2), `${name}.json`);
}

function missing(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}

function parsed(text: string): CacheEntry | undefined {
  try {
    const entry = JSON.parse(text);
    const { key, sha256s } = entry;
    const whole =
      typeof key === "string" &&
      "value" in entry &&
      Array.isArray(sha256s) &&
      sha256s.every((s) => typeof s === "string");
    return whole ? entry : undefined;
  } catch {
    return undefined;
  }
}
