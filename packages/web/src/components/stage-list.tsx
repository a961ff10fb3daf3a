import type { ProgressFrame } from "@greenlight/contract/event";
import type { Job, StageView } from "@greenlight/contract/job";
import { durationWords, stageWords } from "../lib/words.ts";
import { ProgressBar } from "./progress-bar.tsx";

type Look = { sign: string; tone: string; words: string };

const LOOKS: Record<StageView["status"] | "gate" | "rejected" | "not_run", Look> = {
  pending: { sign: "", tone: "border-line-strong text-muted", words: "Waiting" },
  running: { sign: "▸", tone: "border-accent bg-accent-soft text-accent", words: "Running" },
  completed: { sign: "✓", tone: "border-accent bg-accent text-on-accent", words: "Done" },
  failed: { sign: "!", tone: "border-danger bg-danger-soft text-danger", words: "Failed" },
  skipped: { sign: "–", tone: "border-line-strong text-muted", words: "Skipped" },
  stale: { sign: "↻", tone: "border-warn bg-warn-soft text-warn", words: "Runs again" },
  rejected: { sign: "✕", tone: "border-danger bg-danger-soft text-danger", words: "Rejected" },
  not_run: { sign: "", tone: "border-line text-muted", words: "Not run" },
  gate: { sign: "?", tone: "border-warn bg-warn-soft text-warn", words: "Needs approval" },
};

export function StageList({ job, progress }: { job: Job; progress: ProgressFrame | null }) {
  return (
    <ol className="space-y-1">
      {job.stages.map((stage) => (
        <StageRow
          key={stage.id}
          job={job}
          stage={stage}
          progress={progress?.stage === stage.id ? progress : null}
        />
      ))}
    </ol>
  );
}

function StageRow({ job, stage, progress }: { job: Job; stage: StageView; progress: ProgressFrame | null }) {
  const here = stage.id === job.stage;
  const atGate = here && job.status === "needs_approval";
  const gate = job.gates.find((one) => one.stage === stage.id);
  const rejected = stage.status === "completed" && gate?.approved === false;
  const ended = job.status === "failed" || job.status === "canceled";
  const look =
    LOOKS[
      atGate ? "gate" : rejected ? "rejected" : ended && stage.status === "pending" ? "not_run" : stage.status
    ];
  const fraction = progress?.fraction ?? stage.progress;
  return (
    <li
      aria-current={here ? "step" : undefined}
      className={`rounded-lg px-2 py-2 ${here ? "bg-sunken" : ""}`}
    >
      <div className="flex items-center gap-3">
        <span
          aria-hidden="true"
          className={`grid size-6 shrink-0 place-items-center rounded-full border text-xs font-bold ${look.tone}`}
        >
          {look.sign}
        </span>
        <span className={`min-w-0 grow text-sm ${here ? "font-semibold" : ""}`}>
          {stageWords(stage.id)}
          {stage.attempt > 1 && (
            <span className="font-normal whitespace-nowrap text-muted"> · attempt {stage.attempt}</span>
          )}
        </span>
        <span className="text-xs whitespace-nowrap tabular-nums text-muted">
          {stage.status === "completed" && stage.duration_ms !== null && !atGate && !rejected ? (
            <>
              <span className="sr-only">{look.words} in </span>
              {durationWords(stage.duration_ms)}
            </>
          ) : stage.status === "running" ? (
            `${Math.round(fraction * 100)} %`
          ) : (
            look.words
          )}
        </span>
      </div>
      {stage.status === "running" && (
        <div className="mt-2 space-y-1 pl-9">
          <ProgressBar fraction={fraction} label={`Progress of ${stageWords(stage.id)}`} />
          {progress && <p className="truncate text-xs text-muted">{progress.message}</p>}
        </div>
      )}
      {gate && gate.approved !== null && (
        <p className="pl-9 text-xs text-muted wrap-anywhere">
          {gate.approved ? "Approved" : "Rejected"} by {gate.by}
          {gate.notes && `: “${gate.notes}”`}
        </p>
      )}
      {stage.error && <p className="pl-9 text-xs text-danger wrap-anywhere">{stage.error.message}</p>}
    </li>
  );
}
