import type { DatabaseSync, StatementSync } from "node:sqlite";
import { webhookDelivery } from "@greenlight/contract/webhook";
import type { WebhookStore } from "../../app/ports/webhooks.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

/** Webhooks' cursors and deliveries, on the event store's connection: no transaction is ever open between two turns. */
export function sqliteWebhooks(db: DatabaseSync): WebhookStore {
  const names = db.prepare("SELECT name FROM webhooks");
  const join = db.prepare("INSERT INTO webhooks (name, cursor) VALUES (?, ?) ON CONFLICT (name) DO NOTHING");
  const leave = db.prepare("DELETE FROM webhooks WHERE name = ?");
  const bury = db.prepare(
    `UPDATE webhook_deliveries SET status = 'dead', next_try_at_ms = NULL, last_error = 'the webhook was removed'
     WHERE webhook = ? AND status = 'pending'`,
  );
  const getCursor = db.prepare("SELECT cursor FROM webhooks WHERE name = ?");
  const setCursor = db.prepare("UPDATE webhooks SET cursor = ? WHERE name = ?");
  const getGone = db.prepare("SELECT gone_at_ms FROM webhooks WHERE name = ?");
  const setGone = db.prepare("UPDATE webhooks SET gone_at_ms = ? WHERE name = ?");
  const add = db.prepare(
    `INSERT INTO webhook_deliveries (webhook, event_id, job_id, type, status, attempts, created_at_ms, next_try_at_ms)
     VALUES (?, ?, ?, ?, 'pending', 0, ?, ?) ON CONFLICT (webhook, event_id) DO NOTHING`,
  );
  const due = db.prepare(
    `SELECT event_id, attempts, coalesce(redelivered_at_ms, created_at_ms) AS first_due_ms, next_try_at_ms
     FROM webhook_deliveries WHERE webhook = ? AND status = 'pending' ORDER BY next_try_at_ms, event_id LIMIT 1`,
  );
  const end = db.prepare(
    `UPDATE webhook_deliveries SET status = ?, attempts = attempts + 1, last_try_at_ms = ?, next_try_at_ms = ?,
     last_http_status = ?, last_error = ? WHERE webhook = ? AND event_id = ?`,
  );
  const count = db.prepare(
    "SELECT count(*) AS n FROM webhook_deliveries WHERE webhook = ? AND status = 'pending'",
  );
  const countDead = db.prepare(
    "SELECT count(*) AS n FROM webhook_deliveries WHERE webhook = ? AND status = 'dead'",
  );
  const list = db.prepare(
    `SELECT * FROM webhook_deliveries WHERE webhook = ?1 AND (?2 IS NULL OR status = ?2)
     ORDER BY event_id DESC LIMIT ?3`,
  );
  const again = db.prepare(
    `UPDATE webhook_deliveries SET status = 'pending', attempts = 0, next_try_at_ms = ?1, redelivered_at_ms = ?1
     WHERE webhook = ?2 AND event_id = ?3 RETURNING *`,
  );
  // What DISTINCT would say, by one step in the key for each webhook instead of a read of every row.
  const pruned = db.prepare(
    `WITH RECURSIVE found (webhook) AS (
       SELECT min(webhook) FROM webhook_deliveries UNION ALL
       SELECT (SELECT min(webhook) FROM webhook_deliveries WHERE webhook > found.webhook) FROM found
       WHERE found.webhook IS NOT NULL)
     SELECT webhook FROM found WHERE webhook IS NOT NULL`,
  );
  // Ended ones have a last try, unless their webhook was removed before it.
  const pruneOld = db.prepare(
    `DELETE FROM webhook_deliveries WHERE (webhook, event_id) IN (
       SELECT webhook, event_id FROM webhook_deliveries
       WHERE status <> 'pending' AND coalesce(last_try_at_ms, created_at_ms) < ? LIMIT ?)`,
  );
  const pruneMany = db.prepare(
    `DELETE FROM webhook_deliveries WHERE webhook = ?1 AND event_id IN (
       SELECT event_id FROM webhook_deliveries WHERE webhook = ?1 AND status <> 'pending'
       ORDER BY event_id DESC LIMIT ?3 OFFSET ?2)`,
  );

  return {
    enlist: async (wanted, newest) =>
      transaction(db, () => {
        for (const { name } of names.all())
          if (!wanted.includes(String(name))) {
            leave.run(String(name));
            bury.run(String(name));
          }
        for (const name of wanted) join.run(name, newest);
      }),
    cursor: async (name) => {
      const cursor = orFailure(() => getCursor.get(name))?.cursor;
      return cursor === undefined || cursor === null ? null : String(cursor);
    },
    goneSince: async (name) => {
      const since = orFailure(() => getGone.get(name))?.gone_at_ms;
      return since === undefined || since === null ? null : Number(since);
    },
    setGone: async (name, since) => {
      orFailure(() => setGone.run(since, name));
    },
    handOver: async (name, cursor, events, now) =>
      transaction(db, () => {
        for (const { id, job_id, type } of events) add.run(name, id, job_id, type, now, now);
        setCursor.run(cursor, name);
      }),
    nextDue: async (name) => {
      const row = orFailure(() => due.get(name));
      return row === undefined
        ? null
        : {
            event_id: String(row.event_id),
            attempts: Number(row.attempts),
            first_due: Number(row.first_due_ms),
            next_try_at: Number(row.next_try_at_ms),
          };
    },
    record: async (name, { event_id, status, tried_at, next_try_at, http_status, error }) => {
      orFailure(() => end.run(status, tried_at, next_try_at, http_status, error, name, event_id));
    },
    counts: async (name) => ({ pending: numberOf(count, name), dead: numberOf(countDead, name) }),
    deliveries: async (name, { limit, status }) =>
      orFailure(() => list.all(name, status ?? null, limit)).map(deliveryOfRow),
    redeliver: async (name, eventId, now) => {
      const row = orFailure(() => again.get(now, name, eventId));
      return row && deliveryOfRow(row);
    },
    prune: async ({ ended_before, keep, limit }) => {
      let count = 0;
      transaction(db, () => {
        for (const { webhook } of pruned.all())
          count += Number(pruneMany.run(String(webhook), keep, limit - count).changes);
        // Last, because it reads every row that is left.
        count += Number(pruneOld.run(ended_before, limit - count).changes);
      });
      return count;
    },
  };
}

function numberOf(statement: StatementSync, name: string): number {
  return Number(orFailure(() => statement.get(name))?.n);
}

function deliveryOfRow(row: Readonly<Record<string, unknown>>) {
  return webhookDelivery.parse({
    ...row,
    created_at: instantOf(row.created_at_ms),
    last_try_at: instantOf(row.last_try_at_ms),
    redelivered_at: instantOf(row.redelivered_at_ms),
    next_try_at: instantOf(row.next_try_at_ms),
  });
}

function instantOf(ms: unknown): string | null {
  return ms === null ? null : new Date(Number(ms)).toISOString();
}

function transaction(db: DatabaseSync, work: () => void): void {
  orFailure(() => {
    db.exec("BEGIN IMMEDIATE");
    try {
      work();
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  });
}

function orFailure<Result>(query: () => Result): Result {
  try {
    return query();
  } catch (error) {
    throw sqliteFailure(error);
  }
}
