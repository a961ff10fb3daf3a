/**
 * One server per HOME. The lock is SQLite's exclusive lock on `HOME/.greenlight/lock.sqlite`, held in an open
 * transaction: the operating system drops it when the process ends in whatever way, so there is never a stale lock
 * to clear. `owner.json` beside it only tells who holds it; it may outlive its owner and decides nothing.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Unavailable } from "../../app/ports/unavailable.ts";

/** Keep it as long as HOME is to be held: a database that nothing refers to is collected, and its lock with it. */
export type HomeLock = {
  /** Gives HOME free; calling it again does nothing. */
  release(): void;
};

/** @throws Unavailable when another process (or another part of this one) holds HOME, or it cannot be written. */
export function lockHome(home: string): HomeLock {
  const folder = join(home, ".greenlight");
  const ownerFile = join(folder, "owner.json");
  let db: DatabaseSync;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    db = new DatabaseSync(join(folder, "lock.sqlite"), { timeout: 0 });
  } catch (error) {
    throw new Unavailable(`${folder} cannot be written: check its owner and mode, or choose another --home`, {
      cause: error,
    });
  }
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    throw new Unavailable(
      `${home} is in use by another Greenlight server${ownerOf(ownerFile)}: stop it, or choose another --home`,
      { cause: error },
    );
  }
  writeFileSync(ownerFile, `${JSON.stringify({ pid: process.pid })}\n`);
  return {
    release() {
      if (!db.isOpen) return;
      rmSync(ownerFile, { force: true });
      db.close();
    },
  };
}

function ownerOf(file: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(file, "utf8"));
    return ` (process ${pid})`;
  } catch {
    return "";
  }
}
