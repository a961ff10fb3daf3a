import type { ProgressFrame } from "@greenlight/contract/event";
import type { Job } from "@greenlight/contract/job";
import { useState } from "react";
import { type Connection, useLiveJob } from "../lib/use-live-job.ts";
import { STATUS_WORDS, stageWords } from "../lib/words.ts";
import { Downloads } from "./downloads.tsx";
import { GatePanel } from "./gate-panel.tsx";
import { JobActions } from "./job-actions.tsx";
import { Link } from "./link.tsx";
import { Note, ProblemNote } from "./problem-note.tsx";
import { ProgressBar } from "./progress-bar.tsx";
import { StageList } from "./stage-list.tsx";
import { StatusBadge } from "./status-badge.tsx";
import { WorkSoFar } from "./work-so-far.tsx";

const CONNECTION_WORDS: Record<Connection, string> = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Connection lost, trying again…",
};

export function JobPage({ id }: { id: string }) {
  const { query, connection, progress } = useLiveJob(id);
  const job = query.data;
  if (!job) return query.error ? <ProblemNote error={query.error} /> : <p className="text-muted">Loading…</p>;
  return <JobView job={job} connection={connection} progress={progress} />;
}

function JobView(props: { job: Job; connection: Connection; progress: ProgressFrame | null }) {
  const { job, connection } = props;
  // A frame of a stage that is over must not show on the next one.
  const progress = job.status === "running" && props.progress?.stage === job.stage ? props.progress : null;
  // On a narrow screen the decision, or the film, comes before the list of stages.
  const atGate = job.status === "needs_approval";
  const gate = atGate ? job.gates.find((one) => one.stage === job.stage) : undefined;
  const rejected = job.gates.find((one) => one.stage === job.stage && one.approved === false);
  const [refusal, setRefusal] = useState<{ stage: string; opened_at: string | null; error: unknown } | null>(
    null,
  );
  // While its gate stands open, the refusal is shown beside the decision; when another decision has closed the gate,
  // it is shown here.
  const overtaken =
    refusal !== null && (gate?.stage !== refusal.stage || gate.opened_at !== refusal.opened_at)
      ? refusal
      : null;
  return (
    <div className="space-y-6">
      <div className="space-y-3">
        <Link to="/" className="text-sm text-accent hover:underline">
          ← All jobs
        </Link>
        <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <div className="min-w-0 grow basis-72">
            <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{job.slug}</h1>
            <p className="text-muted wrap-anywhere">{job.intent}</p>
          </div>
          <JobActions job={job} />
        </div>
        <div className="flex items-center gap-3">
          <StatusBadge status={job.status} />
          <ProgressBar fraction={job.progress} label="Progress of the job" />
          <span className="text-sm tabular-nums text-muted">{Math.round(job.progress * 100)}&nbsp;%</span>
        </div>
        <p className="sr-only" role="status">
          {STATUS_WORDS[job.status]}
          {job.stage !== null && `: ${stageWords(job.stage)}`}
        </p>
      </div>
      {job.status === "paused" && (
        <p className="rounded-lg border border-line bg-surface px-4 py-3 text-sm">
          {rejected
            ? `${stageWords(rejected.stage)} was rejected. Resume runs the stage again with the notes, then asks you again.`
            : "Nothing runs. Resume goes on where the job stopped."}
        </p>
      )}
      {job.error && (
        <Note
          code={job.error.code}
          message={job.error.message}
          remedy={
            job.error.stage === null
              ? "Mend the cause, then retry the job."
              : `Read logs/${job.error.stage}.log in the job's run folder, mend the cause, then retry: what was finished is reused.`
          }
        />
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <section
          aria-labelledby="stages-heading"
          className={`card p-4 sm:p-5 ${atGate || job.status === "completed" ? "max-lg:order-last" : ""}`}
        >
          <div className="mb-3 flex items-baseline justify-between gap-3">
            <h2 id="stages-heading" className="font-semibold">
              Stages
            </h2>
            <span className={`text-xs ${connection === "lost" ? "text-danger" : "text-muted"}`}>
              {CONNECTION_WORDS[connection]}
            </span>
          </div>
          <StageList job={job} progress={progress} />
        </section>
        <div className="min-w-0 space-y-6">
          {overtaken && (
            <div className="space-y-2">
              <p className="text-sm font-medium">
                Your decision on “{stageWords(overtaken.stage)}” was not taken.
              </p>
              <ProblemNote error={overtaken.error} />
              <button type="button" className="button" onClick={() => setRefusal(null)}>
                Dismiss
              </button>
            </div>
          )}
          {gate && (
            <GatePanel
              key={`${gate.stage} ${gate.opened_at}`}
              job={job}
              stage={gate.stage}
              onRefused={(error) => setRefusal({ stage: gate.stage, opened_at: gate.opened_at, error })}
            />
          )}
          <Downloads job={job} />
          <WorkSoFar job={job} />
        </div>
      </div>
    </div>
  );
}
