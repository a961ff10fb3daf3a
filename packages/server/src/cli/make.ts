/**
 * `greenlight make`: one job from a brief to an MP4 without a server. The job lives in the home like any other: an
 * interrupted run leaves it where it stood, and the same command goes on with it; once it has ended, the same command
 * makes a new job whose stages come from the cache.
 */

import { userInfo } from "node:os";
import { resolve } from "node:path";
import type { App } from "../app/app.ts";
import type { Actor } from "../app/ports/operations.ts";
import { Rejection } from "../domain/commands.ts";
import { type JobState, TERMINAL } from "../domain/state.ts";
import { type BriefFile, readBrief } from "./brief-file.ts";
import type { CliContext } from "./context.ts";
import { gateClosing, isOpenAt } from "./gate-closing.ts";
import { askAtGate, type GateAnswer } from "./gate-prompt.ts";
import { holdHome } from "./home-lock.ts";
import { jobBell } from "./job-bell.ts";
import { concludeMake, rejectedByTimer } from "./make-result.ts";
import { BadInput } from "./print-error.ts";
import { barBoard, jsonBoard, lineBoard, type StageBoard } from "./stage-board.ts";

export type MakeOptions = {
  home: string;
  pipeline: string;
  auto?: boolean;
  out?: string;
  seed?: number;
  json?: boolean;
};

type Run = {
  readonly app: App;
  readonly options: MakeOptions;
  readonly context: CliContext;
  readonly actor: Actor;
  readonly signal: AbortSignal;
};

/** Runs one job to its end; returns the exit code. */
export async function make(briefPath: string, options: MakeOptions, context: CliContext): Promise<number> {
  const brief = readBrief(briefPath, context.cwd);
  const home = resolve(context.cwd, options.home);
  const compose = await context.compose();
  const hold = holdHome(home, "make");
  const stop = new AbortController();
  const forget = context.onInterrupt(() => stop.abort());
  const began = Date.now();
  try {
    const app = await compose({ home, env: context.env, overrides: { http: false, log_level: "error" } });
    try {
      refuseUnattended(app, options, context);
      await app.start();
      const { username } = userInfo();
      const origin = { via: "cli", token: null, address: null, link_id: null } as const;
      const actor = { name: username, role: "admin", origin } as const;
      const job = await runJob({ app, options, context, actor, signal: stop.signal }, brief);
      return await concludeMake(app, job, options, context, Date.now() - began);
    } finally {
      await app.close();
    }
  } finally {
    forget();
    hold.release();
  }
}

/** @throws BadInput when a gate would wait for a person and there is none. */
function refuseUnattended(app: App, options: MakeOptions, context: CliContext): void {
  if (context.stdin.isTTY) return;
  const waiting = app.config
    .planFor(options.pipeline)
    .filter(({ enabled, gate }) => enabled && gate?.required && gate.auto_approve_after_s === null)
    .filter(({ gate }) => !options.auto || gate?.even_in_automation);
  if (waiting.length > 0)
    throw new BadInput(
      `Gates wait for a person (${waiting.map((stage) => stage.id).join(", ")}) and the input is no terminal.`,
      options.auto
        ? "Run it in a terminal, or unset even_in_automation in conf/operator.yaml."
        : "Give --auto to approve every gate, or run it in a terminal.",
    );
}

/** Ends when the job has ended, when it is left at a gate, when a gate's timer rejected it, or on the signal. */
async function runJob(run: Run, brief: BriefFile): Promise<JobState> {
  const { app, signal } = run;
  const bell = jobBell(app.feed, signal);
  let job = await submitOrContinue(run, brief);
  bell.for(job.id);
  const board = boardFor(job, run);
  const stopProgress = app.feed.onProgress((frame) => {
    if (frame.job_id === job.id) board.progress(frame);
  });
  let seq = 0;
  try {
    if (job.status === "paused") job = await app.operations.resume(job.id, {}, run.actor);
    for (;;) {
      await bell.wait();
      for (const event of await app.store.readJob(job.id, seq, 1000)) {
        board.event(event);
        seq = event.seq;
      }
      job = (await app.store.load(job.id)) ?? job;
      if (signal.aborted || TERMINAL.has(job.status)) return job;
      if (seq < job.version) {
        bell.for(job.id);
        continue;
      }
      // Nobody gave notes to run it again with: another round would make the same and wait for the same timer.
      if (rejectedByTimer(job) !== null) return job;
      if (job.status === "paused") job = await app.operations.resume(job.id, {}, run.actor);
      if (job.status !== "needs_approval") continue;
      board.rest();
      const goOn = await decide(run, job);
      if (!goOn) return job;
    }
  } finally {
    stopProgress();
    bell.stop();
    board.rest();
  }
}

/** Goes on with the job an earlier run of the same command left unfinished, else makes a new one. */
async function submitOrContinue(run: Run, brief: BriefFile): Promise<JobState> {
  const { app, options, actor } = run;
  const mode = options.auto ? "automated" : "interactive";
  const identity = [brief.file, brief.fingerprint, options.pipeline, mode, options.seed ?? "-"].join("|");
  for (let round = 1; ; round++) {
    const key = `make|${identity}|${round}`;
    const known = await app.store.findKey(key);
    const job = known && (await app.store.load(known.job_id));
    if (job && TERMINAL.has(job.status)) continue;
    if (job) return job;
    const request = {
      slug: brief.slug,
      intent: brief.intent,
      brief: brief.value,
      pipeline: options.pipeline,
      mode,
      priority: 0,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    } as const;
    return app.operations.submit(request, actor, { base_dir: brief.base_dir, idempotency_key: key });
  }
}

/** Asks at the open gate, or leaves it to its timer where nobody can be asked; false = leave the job there. */
async function decide(run: Run, job: JobState): Promise<boolean> {
  const { app, context, signal } = run;
  const stage = job.plan[job.position]?.id;
  if (stage === undefined) throw new Error(`Job ${job.id} waits for approval at no stage.`);
  if (!context.stdin.isTTY) return job.timers.some((timer) => timer.stage === stage);
  const closing = gateClosing(app, job.id, stage);
  try {
    const answer = await askAtGate(app, job, stage, context, AbortSignal.any([signal, closing.signal]));
    if (answer.answer !== "leave") await send(run, job, stage, answer);
    else if (!closing.signal.aborted) return false;
    else context.stderr.write(`\n${stage} waits no longer.\n`);
    return true;
  } finally {
    closing.stop();
  }
}

/** Sends a decision; one that came after the gate had closed is dropped, for the job has gone on without it. */
async function send(
  { app, actor, context }: Run,
  job: JobState,
  stage: string,
  answer: Exclude<GateAnswer, { answer: "leave" }>,
): Promise<void> {
  const artifact_sha256s = job.gates.find((gate) => gate.stage === stage)?.artifact_sha256s ?? [];
  try {
    if (answer.answer === "approve") await app.operations.approve(job.id, { stage, artifact_sha256s }, actor);
    else await app.operations.reject(job.id, { stage, notes: answer.notes, artifact_sha256s }, actor);
  } catch (error) {
    if (!(error instanceof Rejection) || isOpenAt(await app.store.load(job.id), stage)) throw error;
    context.stderr.write(`Too late: ${error.message}.\n`);
  }
}

function boardFor(job: JobState, { options, context }: Run): StageBoard {
  if (options.json) return jsonBoard(context.stdout);
  if (!context.stderr.isTTY) return lineBoard(context.stderr);
  return barBoard(
    context.stderr,
    job.plan.map((stage) => stage.id),
  );
}
