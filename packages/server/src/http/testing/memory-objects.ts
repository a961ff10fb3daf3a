import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import type { ObjectStore, StoredObject } from "../../app/ports/object-store.ts";

/** Content-addressed bytes in memory. */
export class MemoryObjects implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async put(data: Uint8Array): Promise<StoredObject> {
    const sha256 = createHash("sha256").update(data).digest("hex");
    this.#objects.set(sha256, data);
    return { sha256, size_bytes: data.byteLength };
  }

  async putFile(path: string): Promise<StoredObject> {
    const stored = await this.put(await readFile(path));
    await rm(path);
    return stored;
  }

  async has(sha256: string): Promise<boolean> {
    return this.#objects.has(sha256);
  }

  async read(sha256: string): Promise<Uint8Array> {
    const data = this.#objects.get(sha256);
    if (data === undefined) throw new Error(`no object ${sha256}`);
    return data;
  }

  async localPath(): Promise<string> {
    throw new Error("objects in memory have no path");
  }

  async stream(sha256: string, range?: { start: number; end: number }): Promise<NodeJS.ReadableStream> {
    const data = await this.read(sha256);
    return Readable.from([
      Buffer.from(range === undefined ? data : data.subarray(range.start, range.end + 1)),
    ]);
  }
}
