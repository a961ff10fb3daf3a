import type { Action } from "@greenlight/contract/access";
import type { Job } from "@greenlight/contract/job";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { roleBar, roleBars } from "../../lib/bars.ts";
import { useApi, useMe } from "../../lib/use-api.ts";
import { ActionButton, BarNote } from "../action-button.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import { PauseDialog } from "./pause-dialog.tsx";
import { RerunDialog } from "./rerun-dialog.tsx";

/** What may be done with the job as it stands. */
export function JobActions({ job }: { job: Job }) {
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const [open, setOpen] = useState<"cancel" | "pause" | "rerun" | null>(null);
  const take = (next: Job) => {
    queries.setQueryData(["job", job.id], next);
    setOpen(null);
  };
  const act = useMutation({
    mutationFn: (action: (id: string) => Promise<Job>) => action(job.id),
    onSuccess: take,
  });
  const { status } = job;
  const ended = status === "completed" || status === "failed" || status === "canceled";
  // A pause that does not wait any more cannot be asked for again.
  const mayPause = status === "needs_approval" || (status === "running" && !job.pause_requested?.now);
  const bars = {
    pause: roleBar(me, "pause"),
    resume: roleBar(me, "resume"),
    cancel: roleBar(me, "cancel"),
    retry: roleBar(me, "retry"),
  };
  const shown: Action[] = [
    ...(mayPause ? (["pause"] as const) : []),
    ...(status === "paused" ? (["resume"] as const) : []),
    ended ? "retry" : "cancel",
  ];
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap gap-2 sm:justify-end">
        {mayPause && (
          <ActionButton bar={bars.pause} busy={act.isPending} onClick={() => setOpen("pause")}>
            {job.pause_requested === null ? "Pause…" : "Pause now…"}
          </ActionButton>
        )}
        {status === "paused" && (
          <>
            <ActionButton
              look="button-primary"
              bar={bars.resume}
              busy={act.isPending}
              onClick={() => act.mutate((id) => api.resume(id))}
            >
              Resume
            </ActionButton>
            <ActionButton bar={bars.resume} busy={act.isPending} onClick={() => setOpen("rerun")}>
              Resume from…
            </ActionButton>
          </>
        )}
        {(status === "failed" || status === "canceled") && (
          <ActionButton
            look="button-primary"
            bar={bars.retry}
            busy={act.isPending}
            onClick={() => act.mutate((id) => api.retry(id))}
          >
            Retry
          </ActionButton>
        )}
        {ended && (
          <ActionButton bar={bars.retry} busy={act.isPending} onClick={() => setOpen("rerun")}>
            Run again from…
          </ActionButton>
        )}
        {!ended && (
          <ActionButton
            look="button-danger"
            bar={bars.cancel}
            busy={act.isPending}
            onClick={() => setOpen("cancel")}
          >
            Cancel…
          </ActionButton>
        )}
      </div>
      <BarNote bars={roleBars(me, shown)} />
      {act.error && <ProblemNote error={act.error} />}
      {open === "cancel" && <CancelDialog job={job} onDone={take} onClose={() => setOpen(null)} />}
      {open === "pause" && mayPause && <PauseDialog job={job} onDone={take} onClose={() => setOpen(null)} />}
      {open === "rerun" && <RerunDialog job={job} onDone={take} onClose={() => setOpen(null)} />}
    </div>
  );
}
