import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Unavailable } from "../../app/ports/unavailable.ts";

const FOLDER = join(import.meta.dirname, "migrations");

/**
 * Brings the database to the newest schema: every `migrations/NNNN-title.sql` above `PRAGMA user_version`, in
 * order, each in one transaction with its number. A file that was released is never edited; add the next one.
 * @throws Unavailable when the database was made by a newer version of Greenlight.
 */
export function migrate(db: DatabaseSync, folder = FOLDER): void {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort();
  files.forEach((name, index) => {
    if (Number(name.slice(0, 4)) !== index + 1)
      throw new Error(`migrations/${name}: numbers must count 0001, 0002, …`);
  });
  if (versionOf(db) > files.length)
    throw new Unavailable(
      `the database has schema ${versionOf(db)}, this version knows ${files.length}: start a newer Greenlight`,
    );
  for (const [index, name] of files.entries()) {
    db.exec("BEGIN IMMEDIATE");
    try {
      // Read again under the lock: another process may have migrated meanwhile.
      if (versionOf(db) === index) {
        db.exec(readFileSync(join(folder, name), "utf8"));
        db.exec(`PRAGMA user_version = ${index + 1}`);
      }
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}
