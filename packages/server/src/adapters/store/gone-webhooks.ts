import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const SINCE_SCHEMA = 7;

/**
 * Which webhooks' receivers are gone, by name, and since when (milliseconds since the epoch); also while a server runs,
 * and without changing the database. None where there is no database yet, or an older one.
 * @throws Error of SQLite when it cannot be read.
 */
export function goneWebhooks(path: string): ReadonlyMap<string, number> {
  if (!existsSync(path)) return new Map();
  const db = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  try {
    const schema = Number(db.prepare("PRAGMA user_version").get()?.user_version);
    if (schema < SINCE_SCHEMA) return new Map();
    const rows = db.prepare("SELECT name, gone_at_ms FROM webhooks WHERE gone_at_ms IS NOT NULL").all();
    return new Map(rows.map((row) => [String(row.name), Number(row.gone_at_ms)]));
  } finally {
    db.close();
  }
}
