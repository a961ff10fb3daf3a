/** `greenlight make`: a video without a server, the same again from cache, and the same bytes from the same seed. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli, smallHome } from "./support/server.ts";

/** A line of `make --json`: an event, or the result at the end. */
type Line = { event?: { type: string; payload: { from_cache?: boolean } }; video?: string };

const sha = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

it("makes the same bytes from the same seed on a fresh home, and serves them again from cache", async () => {
  const a = smallHome();
  const b = smallHome();
  const args = (home: string) => [
    "make",
    join(home, "uploads", "brief.json"),
    "--auto",
    "--seed",
    "9",
    "--home",
    home,
  ];
  const first = await runCli(args(a.home));
  const film = first.stdout.trim().split("\n").at(-1) ?? "";
  expect(first.code, first.stderr).toBe(0);
  expect(existsSync(film)).toBe(true);
  expect(film.endsWith("artifacts/assemble/why-honey-never-spoils.mp4")).toBe(true);

  const other = await runCli(args(b.home));
  expect(sha(other.stdout.trim())).toBe(sha(film));

  const again = await runCli([...args(a.home), "--json"]);
  const lines = again.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const done = lines.flatMap(({ event }) =>
    event?.type === "stage_completed" ? [event.payload.from_cache] : [],
  );
  expect(done).toEqual(Array(9).fill(true));
  expect(sha(lines.at(-1)?.video ?? "")).toBe(sha(film));
  a.remove();
  b.remove();
}, 180_000);

it("refuses bad input with exit code 2 and says what is right", async () => {
  const { home, remove } = smallHome();
  const missing = await runCli(["make", join(home, "nothing.yaml"), "--auto", "--home", home]);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(/nothing\.yaml/);
  const unattended = await runCli(["make", join(home, "uploads", "brief.json"), "--home", home]);
  expect(unattended.code).toBe(2);
  expect(unattended.stderr).toMatch(/--auto/);
  remove();
});
