import type { Job } from "@greenlight/contract/job";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi } from "../lib/use-api.ts";
import { ProblemNote } from "./problem-note.tsx";

/** What may be done with the job as it stands. */
export function JobActions({ job }: { job: Job }) {
  const api = useApi();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (action: (id: string) => Promise<Job>) => action(job.id),
    onSuccess: (next) => queries.setQueryData(["job", job.id], next),
  });
  const button = (label: string, action: (id: string) => Promise<Job>, look = "") => (
    <button
      type="button"
      disabled={act.isPending}
      className={`button ${look}`}
      onClick={() => act.mutate(action)}
    >
      {label}
    </button>
  );
  const ended = job.status === "completed" || job.status === "failed" || job.status === "canceled";
  const cancel = async (id: string) =>
    confirm("Cancel this job? What is finished stays on disk.") ? api.cancel(id) : job;
  return (
    <div className="flex flex-wrap gap-2">
      {job.status === "running" && button("Pause", (id) => api.pause(id))}
      {job.status === "paused" && button("Resume", (id) => api.resume(id), "button-primary")}
      {(job.status === "failed" || job.status === "canceled") &&
        button("Retry", (id) => api.retry(id), "button-primary")}
      {!ended && button("Cancel", cancel, "button-danger")}
      {act.error && (
        <div className="w-full">
          <ProblemNote error={act.error} />
        </div>
      )}
    </div>
  );
}
