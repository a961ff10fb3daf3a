import { readFileSync } from "node:fs";
import type { Artifact } from "@greenlight/contract/artifact";
import { brief } from "@greenlight/contract/brief";
import type { EventType, JobEvent, JobStatus } from "@greenlight/contract/event";
import type { JobCfg } from "@greenlight/contract/job";
import { render } from "@greenlight/contract/render";
import { parse } from "yaml";
import type { JobState, StageState } from "../../domain/state.ts";

/** Milliseconds since the epoch at which every fake begins. */
export const START = Date.parse("2026-11-21T09:00:00.000Z");

/** UUIDv7 of a time and a counter; sorts by both. */
export function uuidAt(milliseconds: number, counter: number): string {
  const time = milliseconds.toString(16).padStart(12, "0");
  const count = counter.toString(16).padStart(15, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.slice(0, 3)}-8${count.slice(3, 6)}-${count.slice(3).padStart(12, "0")}`;
}

const cfg: JobCfg = {
  brief: brief.parse({ title: "Tides", sources: [{ text: "The sea rises and falls twice a day." }] }),
  files: {},
  render: render.parse(
    parse(readFileSync(new URL("../../../../../conf/render.yaml", import.meta.url), "utf8"), { merge: true }),
  ),
  models: {},
  modules: {},
  seed: 7,
};

export const STAGES = ["outline", "script", "storyboard"] as const;

function stageState(id: string, over: Partial<StageState> = {}): StageState {
  return {
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
    ...over,
  };
}

/** A job as `create_job` leaves it. */
export function queuedJob(id: string, over: Partial<JobState> = {}): JobState {
  const at = new Date(START).toISOString();
  return {
    id,
    slug: "tides",
    intent: "explain the tides",
    pipeline: "explainer",
    mode: "interactive",
    priority: 0,
    submitted_by: "admin",
    cfg,
    plan: STAGES.map((stage) => ({
      id: stage,
      uses: stage,
      with: {},
      enabled: true,
      timeout_s: 60,
      retries: 1,
      backoff_s: 1,
      gate:
        stage === "script"
          ? {
              required: true,
              auto_approve: false,
              auto_approve_after_s: 600,
              on_timeout: "approve",
              approvers: [],
              min_approvals: 1,
              even_in_automation: false,
              remind_after_s: null,
              no_self_approval: false,
              reopen: "changed",
            }
          : null,
    })),
    status: "queued",
    position: 0,
    stages: STAGES.map((stage) => stageState(stage)),
    running: null,
    pause_requested: null,
    gates: [],
    artifacts: [],
    timers: [],
    error: null,
    created_at: at,
    updated_at: at,
    version: 1,
    ...over,
  };
}

/** A job that waits at the gate of its script, opened `openedAgoMs` before START. */
export function waitingJob(id: string, artifacts: readonly Artifact[] = [], openedAgoMs = 60_000): JobState {
  const opened_at = new Date(START - openedAgoMs).toISOString();
  const done = { status: "completed", attempt: 1, started_at: opened_at, ended_at: opened_at } as const;
  return queuedJob(id, {
    status: "needs_approval",
    position: 1,
    stages: [stageState("outline", done), stageState("script", done), stageState("storyboard")],
    gates: [
      {
        stage: "script",
        required: true,
        approved: null,
        by: null,
        at: null,
        notes: null,
        patch: null,
        auto_approved: false,
        opened_at,
        artifact_sha256s: artifacts.map((artifact) => artifact.sha256),
        approvals: [],
      },
    ],
    artifacts,
    timers: [
      {
        id: "gate:script",
        kind: "timeout",
        stage: "script",
        fire_at: new Date(Date.parse(opened_at) + 600_000).toISOString(),
      },
    ],
    version: 6,
  });
}

/** A job whose second stage is under way. */
export function runningJob(id: string): JobState {
  const at = new Date(START).toISOString();
  return queuedJob(id, {
    status: "running",
    position: 1,
    stages: [
      stageState("outline", { status: "completed", attempt: 1, started_at: at, ended_at: at }),
      stageState("script", { status: "running", attempt: 2, started_at: at }),
      stageState("storyboard"),
    ],
    running: { stage: "script", attempt: 2, token: 5 },
    version: 5,
  });
}

export function eventOf(
  job_id: string,
  seq: number,
  id: string,
  over: {
    type?: EventType;
    status?: JobStatus;
    stage?: string | null;
    payload?: Record<string, unknown>;
  } = {},
): JobEvent {
  return {
    id,
    job_id,
    seq,
    ts: new Date(START + seq).toISOString(),
    type: over.type ?? (seq === 1 ? "job_created" : "stage_started"),
    stage: over.stage ?? null,
    status: over.status ?? "running",
    message: `event ${seq}\nwith a second line`,
    payload: over.payload ?? {},
    origin: { via: "engine", token: null, address: null, link_id: null },
    hash: "0".repeat(64),
  };
}
