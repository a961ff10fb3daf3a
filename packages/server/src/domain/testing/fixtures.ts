/** Jobs and events for tests that need a log but not the rules: plausible, valid by the contract, and repeatable. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Artifact } from "@greenlight/contract/artifact";
import { brief } from "@greenlight/contract/brief";
import type { EventType, JobEvent } from "@greenlight/contract/event";
import type { Gate } from "@greenlight/contract/gate";
import type { JobCfg } from "@greenlight/contract/job";
import { render } from "@greenlight/contract/render";
import { parse } from "yaml";
import type { JobState, JobTimer, PlannedStage } from "../state.ts";

const CONF = join(import.meta.dirname, "../../../../../conf");
const START = Date.parse("2026-01-05T08:00:00.000Z");
const STAGES = ["outline", "research", "script", "storyboard", "assets", "animatics", "audio", "assemble"];

/** The nth UUIDv7: sorts by n. */
export function fixtureId(n: number): string {
  const ms = (START + n).toString(16).padStart(12, "0");
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** `START` + n milliseconds. */
export function fixtureTime(n: number): string {
  return new Date(START + n).toISOString();
}

export function fixtureSha(text: string): string {
  let out = "";
  for (let round = 0; out.length < 64; round++) {
    let hash = 0x811c9dc5 ^ round;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    out += hash.toString(16).padStart(8, "0");
  }
  return out;
}

let cfg: JobCfg | undefined;
/** A whole configuration with the shipped render settings. */
export function fixtureCfg(): JobCfg {
  cfg ??= {
    brief: brief.parse({ title: "Tidal power", sources: [{ text: "The tide turns twice a day." }] }),
    files: {},
    render: render.parse(parse(readFileSync(join(CONF, "render.yaml"), "utf8"), { merge: true })),
    models: {},
    modules: {},
    seed: 7,
  };
  return cfg;
}

export function fixturePlan(stages: readonly string[] = STAGES): PlannedStage[] {
  return stages.map((id) => ({
    id,
    uses: id,
    with: {},
    enabled: true,
    timeout_s: 300,
    retries: 1,
    backoff_s: 2,
    gate: null,
  }));
}

/** A job just created (version 1). `n` decides its id and time. */
export function fixtureJob(n: number, change: Partial<JobState> = {}): JobState {
  const plan = change.plan ?? fixturePlan();
  return {
    id: fixtureId(n),
    slug: `job-${n}`,
    intent: "explain",
    pipeline: "explainer",
    mode: "interactive",
    priority: 0,
    submitted_by: "admin",
    cfg: fixtureCfg(),
    plan,
    status: "queued",
    position: 0,
    stages: plan.map(({ id }) => ({
      id,
      status: "pending",
      attempt: 0,
      failures: 0,
      started_at: null,
      ended_at: null,
      error: null,
      retry_at: null,
      feedback: [],
      feedback_unmet: [],
      patches: [],
      notes_before: [],
      approved_ahead: false,
    })),
    running: null,
    pause_requested: null,
    gates: [],
    artifacts: [],
    timers: [],
    error: null,
    created_at: fixtureTime(n),
    updated_at: fixtureTime(n),
    version: 1,
    ...change,
  };
}

export function fixtureArtifact(n: number, change: Partial<Artifact> = {}): Artifact {
  const name = change.name ?? "script.md";
  const stage = change.stage ?? "script";
  return {
    id: fixtureId(n),
    stage,
    kind: "script",
    name,
    path: `artifacts/${stage}/${name}`,
    version: 1,
    sha256: fixtureSha(`${n} ${change.version ?? 1}`),
    size_bytes: 12,
    media_type: "text/markdown",
    created_at: fixtureTime(n),
    meta: { made_by: "writer:builtin@1" },
    ...change,
  };
}

export function fixtureGate(stage: string, change: Partial<Gate> = {}): Gate {
  return {
    stage,
    required: true,
    approved: null,
    by: null,
    at: null,
    notes: null,
    patch: null,
    auto_approved: false,
    opened_at: fixtureTime(0),
    artifact_sha256s: [],
    approvals: [],
    ...change,
  };
}

export function fixtureTimer(stage: string, fireAt: string): JobTimer {
  return { id: `gate:${stage}`, kind: "timeout", stage, fire_at: fireAt };
}

/** What one event says besides its place in the log. */
export type FixtureEvent = {
  readonly type: EventType;
  readonly stage?: string | null;
  readonly payload?: Record<string, unknown>;
};

/** A request to append, as the store's port takes it. */
export type FixtureAppend = {
  job_id: string;
  expected_version: number;
  events: JobEvent[];
  state: JobState;
};

/** Makes appends whose ids, times and versions go on from one another. One per test, so that the log is repeatable. */
export class FixtureLog {
  #next = 1;

  /** The append that makes a job. */
  create(change: Partial<JobState> = {}): FixtureAppend {
    const n = this.#next++;
    const state = fixtureJob(n, { updated_at: fixtureTime(n + 1), ...change });
    return {
      job_id: state.id,
      expected_version: 0,
      events: [this.#event(state, 1, { type: "job_created" })],
      state,
    };
  }

  /** The append of `events` after which the job differs by `change`. */
  append(before: JobState, events: readonly FixtureEvent[], change: Partial<JobState> = {}): FixtureAppend {
    const version = before.version + events.length;
    const state = { ...before, ...change, version, updated_at: fixtureTime(this.#next + events.length - 1) };
    return {
      job_id: before.id,
      expected_version: before.version,
      events: events.map((event, index) => this.#event(state, before.version + index + 1, event)),
      state,
    };
  }

  #event(state: JobState, seq: number, event: FixtureEvent): JobEvent {
    const n = this.#next++;
    return {
      id: fixtureId(n),
      job_id: state.id,
      seq,
      ts: fixtureTime(n),
      type: event.type,
      stage: event.stage ?? null,
      status: state.status,
      message: event.type,
      payload: event.payload ?? {},
      origin: { via: "engine", token: null, address: null, link_id: null },
      hash: fixtureSha(`event ${n}`),
    };
  }
}
