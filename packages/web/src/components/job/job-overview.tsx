import type { ProgressFrame } from "@greenlight/contract/event";
import type { Job } from "@greenlight/contract/job";
import { useState } from "react";
import type { Connection } from "../../lib/use-live-job.ts";
import { stageWords } from "../../lib/words.ts";
import { Downloads } from "../downloads.tsx";
import { GatePanel } from "../gate/gate-panel.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { StageList } from "../stage-list.tsx";
import { WorkSoFar } from "../work-so-far.tsx";
import { PauseNote } from "./pause-note.tsx";

const CONNECTION_WORDS: Record<Connection, string> = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Connection lost, trying again…",
};

/** The stages, the decision or the film, and what was made on the way. */
export function JobOverview(props: { job: Job; connection: Connection; progress: ProgressFrame | null }) {
  const { job, connection, progress } = props;
  // On a narrow screen the decision, or the film, comes before the list of stages.
  const atGate = job.status === "needs_approval";
  const gate = atGate ? job.gates.find((one) => one.stage === job.stage) : undefined;
  const [refusal, setRefusal] = useState<{ stage: string; error: unknown } | null>(null);
  // While its gate stands open, the refusal is shown beside the decision; when another decision has closed the gate,
  // it is shown here.
  const overtaken = refusal !== null && gate?.stage !== refusal.stage ? refusal : null;
  return (
    <>
      <PauseNote job={job} />
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
              key={gate.stage}
              job={job}
              stage={gate.stage}
              onRefused={(error) => setRefusal({ stage: gate.stage, error })}
            />
          )}
          <Downloads job={job} />
          <WorkSoFar job={job} />
        </div>
      </div>
    </>
  );
}
