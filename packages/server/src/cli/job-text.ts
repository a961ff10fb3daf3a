import type { Artifact } from "@greenlight/contract/artifact";
import type { Job, JobSummary } from "@greenlight/contract/job";

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`.padStart(5);

/** One line per job. */
export function jobLines(jobs: readonly JobSummary[]): string {
  if (jobs.length === 0) return "No jobs.\n";
  return jobs
    .map((job) => {
      const at = job.stage === null ? "" : `at ${job.stage}`;
      return `${job.id}  ${job.status.padEnd(14)} ${percent(job.progress)}  ${job.slug}  ${at}`.trimEnd();
    })
    .join("\n")
    .concat("\n");
}

/** A job with its stages and open gate. */
export function jobText(job: Job): string {
  const stages = job.stages.map((stage) => {
    const gate = job.gates.find((one) => one.stage === stage.id);
    const decision =
      gate === undefined || gate.approved === null
        ? ""
        : `${gate.approved ? "approved" : "rejected"} by ${gate.by}${gate.notes ? ` (${gate.notes})` : ""}`;
    const time = stage.duration_ms === null ? "" : `${(stage.duration_ms / 1000).toFixed(1)} s`;
    return `  ${stage.id.padEnd(14)} ${stage.status.padEnd(10)} ${percent(stage.progress)} ${time.padStart(9)}  ${decision}`.trimEnd();
  });
  const waiting =
    job.status === "needs_approval" && job.stage !== null
      ? [`waits: greenlight approve ${job.id} ${job.stage}`]
      : [];
  const paused = job.status === "paused" ? [`paused: greenlight resume ${job.id}`] : [];
  const pause = job.pause_requested;
  const pausing = pause
    ? [
        `pause requested by ${pause.by}${pause.notes ? ` (${pause.notes})` : ""}; the job pauses ${pause.now ? "now" : `when ${job.stage ?? "its stage"} ends`}`,
      ]
    : [];
  const error = job.error ? [`error ${job.error.code}: ${job.error.message}`] : [];
  return [
    `${job.slug}  ${job.id}`,
    `${job.status} ${percent(job.progress)}`,
    ...stages,
    ...error,
    ...pausing,
    ...waiting,
    ...paused,
    "",
  ].join("\n");
}

/** One line per artifact. */
export function artifactLines(artifacts: readonly Artifact[]): string {
  if (artifacts.length === 0) return "No artifacts.\n";
  return artifacts
    .map(
      (a) => `${a.id}  ${a.kind.padEnd(18)} v${a.version}  ${String(a.size_bytes).padStart(11)} B  ${a.path}`,
    )
    .join("\n")
    .concat("\n");
}
