import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NamedToken, Role } from "@greenlight/contract/access";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore, type SqliteStore } from "../adapters/store/sqlite.ts";
import { JOB_ID } from "../domain/testing/scenario.ts";
import { Unavailable } from "./ports/unavailable.ts";
import { ADMIN, linkBench } from "./testing/link-bench.ts";

const CHILD = new URL("./testing/decide-until-killed.ts", import.meta.url).pathname;
const APPROVE = { approve: true, notes: null, address: "10.0.0.1" };

let folder: string;
let path: string;
let store: SqliteStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "greenlight-links-"));
  path = join(folder, "db.sqlite");
  store = openSqliteStore({ path });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const request = { for: "mira", expires_in_s: 3600 };
const decisions = async () =>
  (await store.readJob(JOB_ID, 0, 100)).filter(({ type }) => /^gate_(approved|rejected)$/.test(type));

test.each([
  ["before the append", 0],
  ["before its commit", 0],
  ["after its commit", 1],
])("killed %s, the link is used if and only if it decided", async (moment, decided) => {
  const before = linkBench(store);
  const { token } = await before.links.create(await before.waiting(), "script", request, ADMIN);
  await store.close();
  const child = spawnSync(process.execPath, [CHILD, path, moment, token], { encoding: "utf8" });
  expect(child.signal, child.stderr).toBe("SIGKILL");

  store = openSqliteStore({ path });
  expect(await decisions()).toHaveLength(decided);
  const { links } = linkBench(store);
  const again = links.decide(token, APPROVE);
  if (decided === 1) await expect(again).rejects.toMatchObject({ code: "link_used" });
  else expect((await again).job.status).toBe("running");
  expect(await decisions()).toHaveLength(1);
  await expect(links.find(token)).rejects.toMatchObject({ code: "link_used" });
});

test("a store that fails for a moment does not use the link up", async () => {
  const { links, waiting } = linkBench(store);
  const { token } = await links.create(await waiting(), "script", request, ADMIN);
  const append = store.append.bind(store);
  store.append = async () => {
    store.append = append;
    throw new Unavailable("the disk is full");
  };
  await expect(links.decide(token, APPROVE)).rejects.toThrow(Unavailable);
  expect((await links.look(token)).link.used_at).toBeNull();
  expect((await links.decide(token, APPROVE)).job.status).toBe("running");
});

test("of many at once one decides, also where the gate would take another decision", async () => {
  const { links, waiting } = linkBench(store);
  const { token } = await links.create(await waiting(2), "script", request, ADMIN);
  const results = await Promise.allSettled(
    [true, false, true, false].map((approve) => links.decide(token, { ...APPROVE, approve })),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results)
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "link_used" });
  expect(await decisions()).toHaveLength(1);
});

describe("a link ends with the right it stands on", () => {
  const holder = (name: string, role: Role): NamedToken => ({ name, role, sha256: "0".repeat(64) });
  const anna = holder("anna", "admin");
  const made = async (by: string, tokens: readonly NamedToken[]) => {
    const { links, waiting } = linkBench(store, tokens);
    const role = tokens.find(({ name }) => name === by)?.role ?? "admin";
    const { token } = await links.create(await waiting(), "script", request, { ...ADMIN, name: by, role });
    return token;
  };

  test.each<[string, string, NamedToken[], NamedToken[], string]>([
    ["her token was taken back", "admin", [holder("mira", "reviewer")], [], "mira may not decide any more"],
    ["she may only look", "admin", [holder("mira", "reviewer")], [holder("mira", "viewer")], "mira may not"],
    ["she made it herself and lost her token", "mira", [holder("mira", "reviewer")], [], "mira, who made"],
    ["its maker's token was taken back", "anna", [anna], [], "anna, who made this link"],
    ["its maker is no admin any more", "anna", [anna], [holder("anna", "operator")], "one for others"],
  ])("%s", async (_, by, before, after, detail) => {
    const token = await made(by, before);
    expect((await linkBench(store, before).links.look(token)).link.made_by).toBe(by);
    const { links } = linkBench(store, after);
    for (const refused of [links.find(token), links.look(token), links.decide(token, APPROVE)]) {
      const error = await refused.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "link_revoked", message: expect.stringContaining(detail) });
    }
    expect(await decisions()).toEqual([]);
  });

  test("a name that never had a token decides as long as its maker may make links; the event says who that was", async () => {
    const token = await made("anna", [anna]);
    expect((await linkBench(store, [anna]).links.decide(token, APPROVE)).job.status).toBe("running");
    expect((await decisions())[0]?.origin).toMatchObject({ via: "link", link_made_by: "anna" });
  });

  test("none is made for somebody who may not decide", async () => {
    await expect(made("admin", [holder("mira", "viewer")])).rejects.toMatchObject({
      code: "role_not_allowed",
    });
  });
});
