import type { Job } from "@greenlight/contract/job";
import { useMutation } from "@tanstack/react-query";
import { useApi } from "../../lib/use-api.ts";
import { Dialog } from "../dialog.tsx";
import { Field } from "../field.tsx";
import { ProblemNote } from "../problem-note.tsx";

export function CancelDialog(props: { job: Job; onDone: (next: Job) => void; onClose: () => void }) {
  const { job, onDone, onClose } = props;
  const api = useApi();
  const cancel = useMutation({
    mutationFn: (notes: string) => api.cancel(job.id, notes === "" ? {} : { notes }),
    onSuccess: onDone,
  });
  return (
    <Dialog title="Cancel this job?" onClose={onClose}>
      <p className="text-sm text-muted">
        What is finished stays, and the job can be retried. What runs is aborted.
      </p>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          cancel.mutate(String(new FormData(event.currentTarget).get("notes")).trim());
        }}
      >
        <Field label="Why (optional)">
          {(id) => <textarea id={id} name="notes" rows={2} maxLength={10_000} className="field" />}
        </Field>
        <ProblemNote error={cancel.error} />
        <div className="flex flex-wrap gap-2">
          <button type="submit" className="button button-danger" disabled={cancel.isPending}>
            Cancel the job
          </button>
          <button type="button" className="button" onClick={onClose}>
            Keep it going
          </button>
        </div>
      </form>
    </Dialog>
  );
}
