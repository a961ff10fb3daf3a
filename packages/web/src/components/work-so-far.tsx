import type { Job } from "@greenlight/contract/job";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { stageWords } from "../lib/words.ts";
import { ArtifactView } from "./artifact-view.tsx";
import { PatchPanel } from "./patch/patch-panel.tsx";

/** What each finished stage left, folded away; nothing is loaded until it is opened. */
export function WorkSoFar({ job }: { job: Job }) {
  const open = job.status === "needs_approval" ? job.stage : null;
  const stages = job.stages.filter(
    (stage) => stage.id !== open && job.artifacts.some((artifact) => artifact.stage === stage.id),
  );
  if (stages.length === 0) {
    if (open !== null) return null;
    return <p className="card p-5 text-sm text-muted">What the stages make will appear here.</p>;
  }
  return (
    <section aria-labelledby="work-heading" className="card p-4 sm:p-5">
      <h2 id="work-heading" className="mb-3 font-semibold">
        Work so far
      </h2>
      <div className="divide-y divide-line rounded-lg border border-line">
        {stages.map((stage) => (
          <StageWork key={stage.id} job={job} stage={stage.id} />
        ))}
      </div>
    </section>
  );
}

function StageWork({ job, stage }: { job: Job; stage: string }) {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const artifacts = job.artifacts.filter((artifact) => artifact.stage === stage);
  return (
    <details className="group" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex items-center justify-between gap-3 px-3 py-2.5 text-sm">
        <span className="font-medium">
          <span aria-hidden="true" className="mr-2 inline-block text-muted group-open:rotate-90">
            ›
          </span>
          {stageWords(stage)}
        </span>
        <span className="text-muted">
          {artifacts.length} {artifacts.length === 1 ? "file" : "files"}
        </span>
      </summary>
      {open && (
        <div className="space-y-4 border-t border-line p-3">
          <ArtifactView jobId={job.id} artifacts={artifacts} />
          <PatchPanel
            job={job}
            stage={stage}
            onApplied={(next) => queries.setQueryData(["job", job.id], next)}
          />
        </div>
      )}
    </details>
  );
}
