import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Artifact } from "@greenlight/contract/artifact";
import type { Gate } from "@greenlight/contract/gate";
import type { AppendRequest } from "../../app/ports/event-store.ts";
import type { JobState } from "../../domain/state.ts";

/** A job of the database in one row; `gates` and `artifacts` are JSON arrays in the job's order. */
export const SELECT_JOB = `
  SELECT j.id, j.created_at, j.priority, j.status, j.updated_at, j.version, j.state,
    s.slug, s.intent, s.pipeline, s.mode, s.submitted_by, s.cfg, s.plan,
    (SELECT json_group_array(json(g.body) ORDER BY g.ordinal) FROM gates g WHERE g.job_id = j.id) AS gates,
    (SELECT json_group_array(json(a.body) ORDER BY a.ordinal) FROM artifacts a
      WHERE a.job_id = j.id AND a.ordinal IS NOT NULL) AS artifacts
  FROM jobs j JOIN job_specs s ON s.job_id = j.id`;

type Row = Readonly<Record<string, unknown>>;

/** The state as it was written. @throws when a column is not the JSON that was put there. */
export function jobOfRow(row: Row): JobState {
  const json = (column: string) => JSON.parse(String(row[column]));
  const changing = json("state");
  return {
    id: String(row.id),
    slug: String(row.slug),
    intent: String(row.intent),
    pipeline: String(row.pipeline),
    mode: row.mode as JobState["mode"],
    priority: Number(row.priority),
    submitted_by: String(row.submitted_by),
    cfg: json("cfg"),
    plan: json("plan"),
    status: row.status as JobState["status"],
    position: changing.position,
    stages: changing.stages,
    running: changing.running,
    pause_requested: changing.pause_requested,
    gates: json("gates"),
    artifacts: json("artifacts"),
    timers: changing.timers,
    error: changing.error,
    created_at: String(row.created_at),
    updated_at: String(row.updated_at),
    version: Number(row.version),
  };
}

/** Writes a job's rows, and of gates, artifacts and timers only those that differ from the state before. */
export class SqliteJobRows {
  readonly #insertJob: StatementSync;
  readonly #insertSpec: StatementSync;
  readonly #updateJob: StatementSync;
  readonly #clearGates: StatementSync;
  readonly #putGate: StatementSync;
  readonly #supersedeAll: StatementSync;
  readonly #supersede: StatementSync;
  readonly #putArtifact: StatementSync;
  readonly #clearTimers: StatementSync;
  readonly #putTimer: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insertJob = db.prepare(
      `INSERT INTO jobs (id, created_at, priority, status, updated_at, version, state)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    this.#insertSpec = db.prepare(
      `INSERT INTO job_specs (job_id, slug, intent, folded, pipeline, mode, submitted_by, cfg, plan)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#updateJob = db.prepare(
      "UPDATE jobs SET status = ?, updated_at = ?, version = ?, state = ? WHERE id = ? AND version = ?",
    );
    this.#clearGates = db.prepare("DELETE FROM gates WHERE job_id = ?");
    this.#putGate = db.prepare(
      `INSERT INTO gates (job_id, stage, ordinal, approved, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (job_id, stage) DO UPDATE SET ordinal = excluded.ordinal, approved = excluded.approved, body = excluded.body`,
    );
    this.#supersedeAll = db.prepare(
      "UPDATE artifacts SET ordinal = NULL WHERE job_id = ? AND ordinal IS NOT NULL",
    );
    this.#supersede = db.prepare(
      "UPDATE artifacts SET ordinal = NULL WHERE job_id = ? AND artifact_id = ? AND version = ?",
    );
    this.#putArtifact = db.prepare(
      `INSERT INTO artifacts (job_id, artifact_id, version, ordinal, sha256, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (job_id, artifact_id, version) DO UPDATE SET ordinal = excluded.ordinal`,
    );
    this.#clearTimers = db.prepare("DELETE FROM timers WHERE job_id = ?");
    this.#putTimer = db.prepare(
      "INSERT INTO timers (job_id, timer_id, fire_at, fire_at_ms) VALUES (?, ?, ?, ?)",
    );
  }

  /** The job itself, if it still has the expected version; false = it has another, and nothing was written. */
  writeJob({ expected_version, state }: AppendRequest): boolean {
    const { position, stages, running, pause_requested, timers, error } = state;
    const changing = JSON.stringify({ position, stages, running, pause_requested, timers, error });
    const { id, status, updated_at, version } = state;
    if (expected_version > 0)
      return this.#updateJob.run(status, updated_at, version, changing, id, expected_version).changes === 1;
    const { created_at, priority, slug, intent, pipeline, mode, submitted_by } = state;
    if (this.#insertJob.run(id, created_at, priority, status, updated_at, version, changing).changes === 0)
      return false;
    const cfg = JSON.stringify(state.cfg);
    const plan = JSON.stringify(state.plan);
    this.#insertSpec.run(id, slug, intent, folded(state), pipeline, mode, submitted_by, cfg, plan);
    return true;
  }

  /** Gates, artifacts and timers; `before` = the state as stored until now, if known (else all rows are rewritten). */
  writeParts({ events, state }: AppendRequest, before: JobState | undefined): void {
    const { id } = state;
    if (before?.gates !== state.gates) this.#writeGates(id, state.gates, before?.gates);
    for (const event of events) {
      if (event.type !== "artifact_created") continue;
      const artifact = event.payload.artifact as Artifact;
      const { version, sha256 } = artifact;
      this.#putArtifact.run(id, artifact.id, version, null, sha256, JSON.stringify(artifact));
    }
    if (before?.artifacts !== state.artifacts) this.#writeArtifacts(id, state.artifacts, before?.artifacts);
    if (before?.timers !== state.timers) {
      this.#clearTimers.run(id);
      for (const timer of state.timers)
        this.#putTimer.run(id, timer.id, timer.fire_at, Date.parse(timer.fire_at));
    }
  }

  #writeGates(jobId: string, gates: readonly Gate[], before: readonly Gate[] | undefined): void {
    const same = before?.length === gates.length && gates.every((gate, i) => gate.stage === before[i]?.stage);
    if (!same) this.#clearGates.run(jobId);
    gates.forEach((gate, ordinal) => {
      if (same && before[ordinal] === gate) return;
      const approved = gate.approved === null ? null : Number(gate.approved);
      this.#putGate.run(jobId, gate.stage, ordinal, approved, JSON.stringify(gate));
    });
  }

  #writeArtifacts(jobId: string, now: readonly Artifact[], before: readonly Artifact[] | undefined): void {
    if (before === undefined) this.#supersedeAll.run(jobId);
    else {
      const current = new Set(now.map((a) => `${a.id} ${a.version}`));
      for (const a of before)
        if (!current.has(`${a.id} ${a.version}`)) this.#supersede.run(jobId, a.id, a.version);
    }
    now.forEach((a, ordinal) => {
      if (before?.[ordinal] === a) return;
      this.#putArtifact.run(jobId, a.id, a.version, ordinal, a.sha256, JSON.stringify(a));
    });
  }
}

/** What a search looks in: slug and intent in lower case, one a line. */
export function folded({ slug, intent }: Pick<JobState, "slug" | "intent">): string {
  return `${slug}\n${intent}`.toLowerCase();
}
