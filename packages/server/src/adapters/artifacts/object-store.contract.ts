import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectStore } from "../../app/ports/object-store.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const hello = Buffer.from("hello, tide\n");

/** What every ObjectStore does. `open` gives an empty one. */
export function objectStoreContract(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} as an object store`, () => {
    let objects: ObjectStore;
    let folder: string;
    beforeEach(async () => {
      objects = await open();
      folder = await mkdtemp(join(tmpdir(), "greenlight-source-"));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    test("gives bytes back by their sha256", async () => {
      const stored = await objects.put(hello);
      expect(stored).toEqual({ sha256: sha256(hello), size_bytes: hello.length });
      expect(await objects.has(stored.sha256)).toBe(true);
      expect(Buffer.from(await objects.read(stored.sha256))).toEqual(hello);
      expect(await readFile(await objects.localPath(stored.sha256))).toEqual(hello);
      expect(await buffer(await objects.stream(stored.sha256))).toEqual(hello);
    });

    test("stores nothing at all, too", async () => {
      const stored = await objects.put(new Uint8Array());
      expect(stored.size_bytes).toBe(0);
      expect((await objects.read(stored.sha256)).length).toBe(0);
      expect(await buffer(await objects.stream(stored.sha256))).toHaveLength(0);
    });

    test("takes files over, small and large", async () => {
      for (const bytes of [hello, randomBytes(3_000_000)]) {
        const path = join(folder, "output.bin");
        await writeFile(path, bytes);
        const stored = await objects.putFile(path);
        expect(stored).toEqual({ sha256: sha256(bytes), size_bytes: bytes.length });
        expect(Buffer.from(await objects.read(stored.sha256)).equals(bytes)).toBe(true);
        await rm(path, { force: true });
        await writeFile(path, bytes);
        expect(await objects.putFile(path)).toEqual(stored);
        expect(await objects.has(stored.sha256)).toBe(true);
        await rm(path, { force: true });
      }
      await expect(objects.putFile(join(folder, "missing"))).rejects.toThrow();
    });

    test("the same bytes put at once by many are one object", async () => {
      const bytes = randomBytes(200_000);
      const paths = Array.from({ length: 8 }, (_, i) => join(folder, `${i}`));
      await Promise.all(paths.map((path) => writeFile(path, bytes)));
      const all = await Promise.all([
        ...paths.map((path) => objects.putFile(path)),
        ...paths.map(() => objects.put(bytes)),
      ]);
      for (const stored of all) expect(stored).toEqual({ sha256: sha256(bytes), size_bytes: bytes.length });
      expect(Buffer.from(await objects.read(sha256(bytes))).equals(bytes)).toBe(true);
    });

    test("streams ranges, both ends included", async () => {
      const { sha256: id } = await objects.put(hello);
      const range = async (start: number, end: number) =>
        (await buffer(await objects.stream(id, { start, end }))).toString();
      expect(await range(0, 0)).toBe("h");
      expect(await range(7, 10)).toBe("tide");
      expect(await range(7, 999)).toBe("tide\n");
      for (const bad of [
        { start: 12, end: 12 },
        { start: 3, end: 2 },
        { start: -1, end: 2 },
      ])
        await expect(objects.stream(id, bad)).rejects.toThrow(RangeError);
    });

    test("an object that is not there is artifact_not_found; a name that is no sha256 leads nowhere", async () => {
      const missing = { code: "artifact_not_found" };
      for (const id of ["0".repeat(64), "../../etc/passwd", "", "0".repeat(63), `${"A".repeat(64)}`]) {
        expect(await objects.has(id)).toBe(false);
        await expect(objects.read(id)).rejects.toMatchObject(missing);
        await expect(objects.localPath(id)).rejects.toMatchObject(missing);
        await expect(objects.stream(id)).rejects.toMatchObject(missing);
      }
    });
  });
}
