import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod, link, readdir, readFile, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openDiskObjects } from "./disk.ts";
import { openDiskCache } from "./disk-cache.ts";
import { objectStoreContract } from "./object-store.contract.ts";

const base = mkdtempSync(join(tmpdir(), "greenlight-objects-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let count = 0;
const fresh = () => join(base, `${++count}`);

objectStoreContract("disk", () => openDiskObjects({ root: fresh() }));
objectStoreContract("disk, synced", () => openDiskObjects({ root: fresh(), sync: true }));

describe("disk objects", () => {
  test("are read-only files under their sha256, with nothing temporary left", async () => {
    const root = fresh();
    const objects = await openDiskObjects({ root });
    const { sha256 } = await objects.put(Buffer.from("a"));
    const path = await objects.localPath(sha256);
    expect(path).toBe(join(root, sha256.slice(0, 2), sha256.slice(2)));
    expect((await stat(path)).mode & 0o777).toBe(0o444);
    expect(await readdir(join(root, "tmp"))).toEqual([]);
  });

  test("a file with another name, or a link to one, is copied so that nobody can write the object", async () => {
    const root = fresh();
    const objects = await openDiskObjects({ root });
    const [file, other, alias] = [join(base, "kept"), join(base, "other"), join(base, "alias")];
    await writeFile(file, "one");
    await link(file, other);
    const { sha256 } = await objects.putFile(other);
    await writeFile(file, "two");
    expect(Buffer.from(await objects.read(sha256)).toString()).toBe("one");
    await symlink(file, alias);
    const two = await objects.putFile(alias);
    await writeFile(file, "three");
    expect(Buffer.from(await objects.read(two.sha256)).toString()).toBe("two");
  });

  test("an object cut short by a power cut is written again", async () => {
    const objects = await openDiskObjects({ root: fresh() });
    const { sha256 } = await objects.put(Buffer.from("whole"));
    const path = await objects.localPath(sha256);
    await chmod(path, 0o644);
    await truncate(path, 0);
    await objects.put(Buffer.from("whole"));
    expect(await readFile(path, "utf8")).toBe("whole");
  });

  test("leftovers of a crash go after a day, not before", async () => {
    const root = fresh();
    await openDiskObjects({ root });
    const [old, young] = [join(root, "tmp", "old"), join(root, "tmp", "young")];
    await writeFile(old, "x");
    await writeFile(young, "x");
    await utimes(old, new Date(0), new Date(0));
    await openDiskObjects({ root });
    expect(await readdir(join(root, "tmp"))).toEqual(["young"]);
  });

  test("several processes may put the same objects at once", async () => {
    const root = fresh();
    const module = new URL("./disk.ts", import.meta.url).href;
    const script = `const { openDiskObjects } = await import(${JSON.stringify(module)});
      const objects = await openDiskObjects({ root: ${JSON.stringify(root)} });
      for (let i = 0; i < 60; i++) await objects.put(Buffer.alloc(50_000, i));`;
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" }),
    );
    expect(await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]))).toEqual([
      0, 0, 0,
    ]);
    const objects = await openDiskObjects({ root });
    for (let i = 0; i < 60; i++) {
      const { sha256 } = await objects.put(Buffer.alloc(50_000, i));
      expect(Buffer.from(await objects.read(sha256)).equals(Buffer.alloc(50_000, i))).toBe(true);
    }
  });
});

describe("disk cache", () => {
  async function open() {
    const objects = await openDiskObjects({ root: fresh() });
    const root = fresh();
    return { objects, root, cache: openDiskCache({ root, objects }) };
  }
  const key = "ab".repeat(32);

  test("gives an entry back by its key, the newest one", async () => {
    const { objects, cache } = await open();
    const { sha256 } = await objects.put(Buffer.from("a"));
    expect(await cache.get(key)).toBeUndefined();
    const entry = { key, value: { beat: "b01", n: [1, null] }, sha256s: [sha256] };
    await cache.put({ key, value: 1, sha256s: [] });
    await cache.put(entry);
    expect(await cache.get(key)).toEqual(entry);
    const odd = { key: "../../stage: script/☃", value: null, sha256s: [] };
    await cache.put(odd);
    expect(await cache.get(odd.key)).toEqual(odd);
  });

  test("an entry whose objects are gone, or which does not parse, is a miss", async () => {
    const { cache, root } = await open();
    await cache.put({ key, value: 1, sha256s: ["0".repeat(64)] });
    expect(await cache.get(key)).toBeUndefined();
    const path = join(root, "ab", `${key}.json`);
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      `{"key":"${key}"}`,
      `{"key":"other","value":1,"sha256s":[]}`,
    ]) {
      await writeFile(path, text);
      expect(await cache.get(key)).toBeUndefined();
    }
    await cache.put({ key, value: 2, sha256s: [] });
    expect(await cache.get(key)).toMatchObject({ value: 2 });
  });

  test("entries written at once are whole", async () => {
    const { cache, root } = await open();
    const values = Array.from({ length: 30 }, (_, i) => `${i}`.repeat(5000));
    await Promise.all(values.map((value) => cache.put({ key, value, sha256s: [] })));
    expect(values).toContain((await cache.get(key))?.value);
    expect(await readdir(join(root, "ab"))).toEqual([`${key}.json`]);
  });
});
