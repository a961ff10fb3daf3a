import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JobEvent } from "@greenlight/contract/event";
import type { DecisionLinkStore } from "../../app/ports/decision-links.ts";
import type { Rejection } from "../../domain/commands.ts";
import { linkUsed } from "./link-used.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

/** Decision links, on the event store's connection. */
export function sqliteDecisionLinks(db: DatabaseSync): DecisionLinkStore {
  const insert = db.prepare(
    `INSERT INTO decision_links
     (token_sha256, link_id, job_id, stage, person, made_by, artifacts, created_at_ms, expires_at_ms,
      had_token)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = db.prepare(
    `SELECT decision_links.*, events.ts AS used_at FROM decision_links
     LEFT JOIN spent_links USING (link_id) LEFT JOIN events ON events.id = spent_links.event_id
     WHERE token_sha256 = ?`,
  );

  return {
    save: async (token, link) => {
      const { link_id, job_id, stage, person, made_by, artifacts, created_at, expires_at } = link;
      const body = JSON.stringify(artifacts);
      const had_token = link.had_token ? 1 : 0;
      orFailure(() =>
        insert.run(token, link_id, job_id, stage, person, made_by, body, created_at, expires_at, had_token),
      );
    },
    find: async (token) => {
      const row = orFailure(() => select.get(token));
      return (
        row && {
          link_id: String(row.link_id),
          job_id: String(row.job_id),
          stage: String(row.stage),
          person: String(row.person),
          made_by: String(row.made_by),
          had_token: row.had_token === 1,
          artifacts: JSON.parse(String(row.artifacts)),
          created_at: Number(row.created_at_ms),
          expires_at: Number(row.expires_at_ms),
          used_at: row.used_at === null ? null : Date.parse(String(row.used_at)),
        }
      );
    },
  };
}

/** Spends the decision links that events came through; to be called within the transaction that writes the events. */
export class SpentLinks {
  readonly #find: StatementSync;
  readonly #spend: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare("SELECT 1 FROM spent_links WHERE link_id = ?");
    this.#spend = db.prepare("INSERT OR IGNORE INTO spent_links (link_id, event_id) VALUES (?, ?)");
  }

  /** Why these events cannot be written, or null. */
  refusal(events: readonly JobEvent[]): Rejection | null {
    const spent = ({ origin }: JobEvent) =>
      origin.link_id !== null && this.#find.get(origin.link_id) !== undefined;
    return events.some(spent) ? linkUsed() : null;
  }

  /** After the events themselves were written. */
  spend(events: readonly JobEvent[]): void {
    for (const { id, origin } of events) if (origin.link_id !== null) this.#spend.run(origin.link_id, id);
  }
}

function orFailure<Result>(query: () => Result): Result {
  try {
    return query();
  } catch (error) {
    throw sqliteFailure(error);
  }
}
