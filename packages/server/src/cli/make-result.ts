import { copyFile, mkdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { acceptanceReport } from "@greenlight/contract/documents";
import type { App } from "../app/app.ts";
import { type JobState, TERMINAL } from "../domain/state.ts";
import { type CliContext, EXIT } from "./context.ts";
import { describeCode } from "./print-error.ts";

/** Kinds that `--out` copies. */
const DELIVERED = new Set(["video", "captions", "thumbnail", "acceptance_report"]);

/** The stage whose gate nobody decided in time and whose timer therefore rejected it, if the job rests there. */
export function rejectedByTimer(job: JobState): string | null {
  if (job.status !== "paused") return null;
  const stage = job.plan[job.position]?.id;
  const gate = job.gates.find((g) => g.stage === stage);
  return gate?.approved === false && gate.by === "timer" ? gate.stage : null;
}

type Options = { out?: string; json?: boolean };

/** Copies what was asked for, tells how it ended with the MP4's path last, and returns the exit code. */
export async function concludeMake(
  app: App,
  job: JobState,
  options: Options,
  context: CliContext,
  elapsedMs: number,
): Promise<number> {
  const folder = options.out === undefined ? null : resolve(context.cwd, options.out);
  if (folder !== null && job.status === "completed") await copyOut(app, job, folder);
  const mp4 = job.artifacts.find((artifact) => artifact.kind === "video" && artifact.name.endsWith(".mp4"));
  const video =
    mp4 && (folder ? join(folder, basename(mp4.name)) : join(app.config.home, "runs", job.id, mp4.path));
  const verdict = await acceptanceVerdict(app, job);
  const code = exitCode(job, verdict);
  if (options.json) {
    const { id: job_id, slug, status, error } = job;
    const result = { job_id, slug, status, verdict, video: video ?? null, error, elapsed_ms: elapsedMs };
    context.stdout.write(`${JSON.stringify({ type: "result", ...result })}\n`);
    return code;
  }
  const tell = (text: string) => context.stderr.write(`${text}\n`);
  if (job.error) {
    tell(`error ${job.error.code}${job.error.stage ? ` in ${job.error.stage}` : ""}: ${job.error.message}`);
    tell(`remedy: ${describeCode(job.error.code) ?? "Read the job's logs, then run the command again."}`);
  }
  const rejected = rejectedByTimer(job);
  if (rejected !== null) {
    tell(`Nobody decided at ${rejected} in time, and its timer rejected it (job ${job.id}).`);
    tell(`remedy: Run the same command in a terminal; it makes ${rejected} again and asks you.`);
  }
  if (code === EXIT.interrupted)
    tell(`Left at ${job.status}; run the same command to go on (job ${job.id}).`);
  if (job.status === "canceled") tell(`The job was canceled (${job.id}).`);
  if (verdict) tell(`acceptance: ${verdict}   ${(elapsedMs / 1000).toFixed(1)} s   job ${job.id}`);
  if (video && TERMINAL.has(job.status)) context.stdout.write(`${video}\n`);
  return code;
}

function exitCode(job: JobState, verdict: string | null): number {
  if (rejectedByTimer(job) !== null) return EXIT.failed;
  if (!TERMINAL.has(job.status)) return EXIT.interrupted;
  if (verdict === "FAIL") return EXIT.notAccepted;
  return job.status === "completed" ? EXIT.done : EXIT.failed;
}

async function acceptanceVerdict(app: App, job: JobState): Promise<"PASS" | "WARN" | "FAIL" | null> {
  const report = job.artifacts.find((a) => a.kind === "acceptance_report" && a.name.endsWith(".json"));
  if (!report) return null;
  const text = Buffer.from(await app.objects.read(report.sha256)).toString("utf8");
  return acceptanceReport.parse(JSON.parse(text)).verdict;
}

async function copyOut(app: App, job: JobState, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const artifact of job.artifacts.filter((a) => DELIVERED.has(a.kind)))
    await copyFile(await app.objects.localPath(artifact.sha256), join(folder, basename(artifact.name)));
}
