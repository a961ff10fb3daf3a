/**
 * Objects as read-only files `objects/ab/cdef…`, named by their sha256. Bytes are written under a temporary name in
 * `objects/tmp/` and renamed, so a file under its final name is whole: many processes (server, stage hosts) may write
 * at once, and a crash leaves at most a temporary file, which the next start of `openDiskObjects` removes once it is
 * a day old. With `sync` bytes reach the disk before their name does; without, a power cut may leave an object short
 * or empty: a put of the same bytes sees the wrong size and writes it again.
 */

import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ObjectStore, StoredObject } from "../../app/ports/object-store.ts";
import { Rejection } from "../../domain/commands.ts";

export type DiskObjectsOptions = {
  /** The folder `objects`; it is made if need be. */
  readonly root: string;
  /** Sync each object to the disk before it is acknowledged; default false. */
  readonly sync?: boolean;
};

const DAY_MS = 86_400_000;
const READ_ONLY = 0o444;

/** Opens (makes) an object store; its methods reject with Rejection `artifact_not_found` for an object that is not there. */
export async function openDiskObjects({ root, sync = false }: DiskObjectsOptions): Promise<ObjectStore> {
  const temporary = join(root, "tmp");
  await mkdir(temporary, { recursive: true });
  await removeOldFiles(temporary);
  return new DiskObjects(root, temporary, sync);
}

class DiskObjects implements ObjectStore {
  readonly #root: string;
  readonly #temporary: string;
  readonly #sync: boolean;

  constructor(root: string, temporary: string, sync: boolean) {
    this.#root = root;
    this.#temporary = temporary;
    this.#sync = sync;
  }

  async put(data: Uint8Array): Promise<StoredObject> {
    const sha256 = createHash("sha256").update(data).digest("hex");
    const stored = { sha256, size_bytes: data.length };
    if ((await this.#size(sha256)) === data.length) return stored;
    const path = join(this.#temporary, randomUUID());
    const file = await open(path, "wx");
    try {
      await file.writeFile(data);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await this.#settle(path, sha256);
    return stored;
  }

  async putFile(path: string): Promise<StoredObject> {
    const found = await lstat(path);
    const taken = join(this.#temporary, randomUUID());
    // A link is not the file, and a file with a second name could still be written through it: copy those.
    if (!found.isFile() || found.nlink > 1 || !(await renamed(path, taken))) await copyFile(path, taken);
    const hash = createHash("sha256");
    await pipeline(createReadStream(taken), hash);
    const stored = { sha256: hash.digest("hex"), size_bytes: (await stat(taken)).size };
    if ((await this.#size(stored.sha256)) === stored.size_bytes) await rm(taken);
    else await this.#settle(taken, stored.sha256);
    await rm(path, { force: true });
    return stored;
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.#size(sha256)) !== undefined;
  }

  async read(sha256: string): Promise<Uint8Array> {
    return readFile(await this.localPath(sha256));
  }

  async localPath(sha256: string): Promise<string> {
    if ((await this.#size(sha256)) === undefined)
      throw new Rejection("artifact_not_found", `object ${sha256.slice(0, 64)} is not in the object store`);
    return this.#path(sha256);
  }

  /** @throws RangeError when the range holds no byte of the object; an `end` beyond the last byte is cut. */
  async stream(sha256: string, range?: { start: number; end: number }): Promise<NodeJS.ReadableStream> {
    const file = await open(await this.localPath(sha256));
    if (range === undefined) return file.createReadStream();
    const { size } = await file.stat();
    if (range.start < 0 || range.start > range.end || range.start >= size) {
      await file.close();
      throw new RangeError(`bytes ${range.start}-${range.end} of an object of ${size}`);
    }
    return file.createReadStream(range);
  }

  #path(sha256: string): string {
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2));
  }

  async #size(sha256: string): Promise<number | undefined> {
    if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
    const found = await stat(this.#path(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    return found?.size;
  }

  /** Gives a temporary file its name. Another process may have been faster: then either file will do. */
  async #settle(path: string, sha256: string): Promise<void> {
    const file = await open(path, "r");
    try {
      await file.chmod(READ_ONLY);
      if (this.#sync) await file.sync();
    } finally {
      await file.close();
    }
    const target = this.#path(sha256);
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
    if (!this.#sync) return;
    const folder = await open(dirname(target), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** False when the two are on different file systems. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EXDEV") return false;
    throw error;
  }
}

async function removeOldFiles(folder: string): Promise<void> {
  const before = Date.now() - DAY_MS;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < before) await rm(path, { force: true });
  }
}
