import type { Job } from "@greenlight/contract/job";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../../lib/use-api.ts";
import { stageWords } from "../../lib/words.ts";
import { Dialog } from "../dialog.tsx";
import { ReasonForm } from "./reason-form.tsx";

/** Asks for a pause: at a gate it takes effect at once, otherwise when what runs has ended, or is ended for it. */
export function PauseDialog(props: { job: Job; onDone: (next: Job) => void; onClose: () => void }) {
  const { job, onDone, onClose } = props;
  const api = useApi();
  // Who has asked already can only make it urgent.
  const asked = job.pause_requested !== null;
  const [now, setNow] = useState(asked);
  const atGate = job.status === "needs_approval";
  const stage = job.stage === null ? "what runs" : stageWords(job.stage);
  const pause = useMutation({
    mutationFn: (notes: string) =>
      api.pause(job.id, { ...(now ? { now } : {}), ...(notes === "" ? {} : { notes }) }),
    onSuccess: onDone,
  });
  return (
    <Dialog title={asked ? "Pause now?" : "Pause this job?"} onClose={onClose}>
      <ReasonForm
        action={now ? "Pause now" : "Pause the job"}
        button="button-primary"
        isPending={pause.isPending}
        error={pause.error}
        onSubmit={pause.mutate}
        onClose={onClose}
      >
        <p className="text-sm text-muted" role="status">
          {atGate
            ? `The gate of ${stage} closes at once and its timers stop. Approvals it has are kept. Resume opens it anew, with its full time.`
            : now
              ? `${stage} is ended at once, and runs again when the job is resumed.`
              : `The job pauses when ${stage} ends. No gate opens then, and no timer runs, until somebody resumes it.`}
        </p>
        {!atGate && !asked && (
          <label className="flex cursor-pointer gap-2.5 text-sm">
            <input
              type="checkbox"
              className="mt-0.5 size-4 accent-[var(--accent)]"
              checked={now}
              onChange={(event) => setNow(event.target.checked)}
            />
            Do not wait for {stage}
          </label>
        )}
      </ReasonForm>
    </Dialog>
  );
}
