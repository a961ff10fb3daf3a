import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FixtureLog, fixtureArtifact, fixtureId } from "../../domain/testing/fixtures.ts";
import { openSqliteStore } from "./sqlite.ts";

test("a link is kept over a restart, claimed once, and only before its end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "greenlight-links-"));
  const path = join(folder, "db.sqlite");
  const made = new FixtureLog().create();
  const link = {
    link_id: fixtureId(90),
    job_id: made.job_id,
    stage: "script",
    person: "mira",
    made_by: "admin",
    artifacts: [fixtureArtifact(91)],
    created_at: 1000,
    expires_at: 2000,
  };
  const first = openSqliteStore({ path });
  await first.append(made);
  await first.decisionLinks.save("a", link);
  expect(await first.decisionLinks.claim("a", 1999)).toBe(true);
  await first.close();

  const store = openSqliteStore({ path });
  const { decisionLinks } = store;
  expect(await decisionLinks.find("a")).toEqual({ ...link, used_at: 1999 });
  expect(await decisionLinks.claim("a", 1999)).toBe(false);
  await decisionLinks.release("a");
  expect(await decisionLinks.claim("a", 2000)).toBe(false);
  expect(await decisionLinks.find("a")).toEqual({ ...link, used_at: null });
  expect(await decisionLinks.find("b")).toBeUndefined();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
