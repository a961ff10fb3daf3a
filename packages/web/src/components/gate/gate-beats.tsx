import type { Job } from "@greenlight/contract/job";
import { use } from "react";
import { useStoryboard } from "../../lib/use-artifact-text.ts";
import { BeatTable } from "../beat-table.tsx";
import { BeatChoiceContext } from "./beat-choice.ts";

/** At a gate after the storyboard's: its beats, to pick those that are to be made again. */
export function GateBeats({ job, stage }: { job: Job; stage: string }) {
  const choice = use(BeatChoiceContext);
  const board = job.artifacts.find((artifact) => artifact.kind === "storyboard");
  const place = (id: string) => job.stages.findIndex((one) => one.id === id);
  const storyboard = useStoryboard(job.id, job.artifacts);
  if (!board || !storyboard || place(stage) <= place(board.stage)) return null;
  const count = choice?.chosen.size ?? 0;
  return (
    <details className="group rounded-lg border border-line">
      <summary className="flex items-center gap-3 px-3 py-2.5 text-sm font-medium">
        <span aria-hidden="true" className="text-muted group-open:rotate-90">
          ›
        </span>
        Make single beats again
        <span className="ml-auto text-xs font-normal text-muted">
          {count === 0 ? `${storyboard.beats.length} beats` : `${count} picked`}
        </span>
      </summary>
      <div className="border-t border-line p-3">
        <BeatTable storyboard={storyboard} />
      </div>
    </details>
  );
}
