import type { Job } from "@greenlight/contract/job";
import type { ReactNode } from "react";
import { useAudit } from "../../lib/use-audit.ts";
import { clockWords, stageWords } from "../../lib/words.ts";

/** A pause that was asked for or holds: who asked, when and why, and what comes of it. */
export function PauseNote({ job }: { job: Job }) {
  if (job.status === "paused") return <Paused job={job} />;
  if (job.pause_requested === null) return null;
  const { by, at, notes, now } = job.pause_requested;
  const stage = job.stage === null ? "what runs" : stageWords(job.stage);
  return (
    <Box>
      <Asked words={`Pause asked by ${by} at ${clockWords(at)}`} notes={notes} />
      {now ? `${stage} is being ended for it.` : `The job pauses when ${stage} ends.`}
    </Box>
  );
}

function Paused({ job }: { job: Job }) {
  const { data: entries = [] } = useAudit(job);
  const rejected = job.gates.find((one) => one.stage === job.stage && one.approved === false);
  if (rejected)
    return (
      <Box>
        {stageWords(rejected.stage)} was rejected. Resume runs the stage again with the notes, then asks you
        again.
      </Box>
    );
  const pause = entries.findLast(({ action }) => action === "pause");
  const gate = job.gates.find((one) => one.stage === job.stage && one.approved === null);
  const isClosed =
    gate !== undefined && job.stages.some((one) => one.id === gate.stage && one.status === "completed");
  return (
    <Box>
      {pause && <Asked words={`Paused by ${pause.by} at ${clockWords(pause.ts)}`} notes={pause.notes} />}
      {isClosed
        ? `The gate of ${stageWords(gate.stage)} is closed and its timers stand. Resume opens it anew, with its full time.`
        : "Nothing runs. Resume goes on where the job stopped."}
    </Box>
  );
}

function Asked({ words, notes }: { words: string; notes: string | null }) {
  return (
    <span className="block font-medium">
      {words}
      {notes === null || notes === "" ? "." : `: “${notes}”`}
    </span>
  );
}

function Box({ children }: { children: ReactNode }) {
  return (
    <p className="rounded-lg border border-line bg-surface px-4 py-3 text-sm wrap-anywhere">{children}</p>
  );
}
