import type { DatabaseSync } from "node:sqlite";
import type { DecisionLinkStore } from "../../app/ports/decision-links.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

/** Decision links, on the event store's connection. */
export function sqliteDecisionLinks(db: DatabaseSync): DecisionLinkStore {
  const insert = db.prepare(
    `INSERT INTO decision_links
     (token_sha256, link_id, job_id, stage, person, made_by, artifacts, created_at_ms, expires_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = db.prepare("SELECT * FROM decision_links WHERE token_sha256 = ?");
  const claim = db.prepare(
    `UPDATE decision_links SET used_at_ms = ?
     WHERE token_sha256 = ? AND used_at_ms IS NULL AND expires_at_ms > ?`,
  );
  const release = db.prepare("UPDATE decision_links SET used_at_ms = NULL WHERE token_sha256 = ?");

  return {
    save: async (token, link) => {
      const { link_id, job_id, stage, person, made_by, artifacts, created_at, expires_at } = link;
      const body = JSON.stringify(artifacts);
      orFailure(() =>
        insert.run(token, link_id, job_id, stage, person, made_by, body, created_at, expires_at),
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
          artifacts: JSON.parse(String(row.artifacts)),
          created_at: Number(row.created_at_ms),
          expires_at: Number(row.expires_at_ms),
          used_at: row.used_at_ms === null ? null : Number(row.used_at_ms),
        }
      );
    },
    claim: async (token, now) => orFailure(() => claim.run(now, token, now)).changes === 1,
    release: async (token) => {
      orFailure(() => release.run(token));
    },
  };
}

function orFailure<Result>(query: () => Result): Result {
  try {
    return query();
  } catch (error) {
    throw sqliteFailure(error);
  }
}
