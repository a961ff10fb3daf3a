import { Unavailable } from "../../app/ports/unavailable.ts";

/** Primary result codes (https://sqlite.org/rescode.html) of a disk or a lock that may be better later. */
const AWAY: ReadonlyMap<number, string> = new Map([
  [5, "another process holds the database; stop it or try again"],
  [6, "a table of the database is locked; try again"],
  [8, "the database is read-only; check the owner and mode of its folder"],
  [10, "the disk failed to read or write; see the system's log"],
  [13, "the disk is full; free some space"],
  [14, "the database file cannot be opened; check its folder's owner and mode"],
]);

/** SQLite's error as the port names it: Unavailable where trying later may help, else unchanged (a bug). */
export function sqliteFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  const remedy = AWAY.get(error.errcode & 0xff);
  return remedy === undefined ? error : new Unavailable(`${error.message}: ${remedy}`, { cause: error });
}
