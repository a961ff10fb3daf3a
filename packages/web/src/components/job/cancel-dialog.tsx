import type { Job } from "@greenlight/contract/job";
import { useMutation } from "@tanstack/react-query";
import { useApi } from "../../lib/use-api.ts";
import { Dialog } from "../dialog.tsx";
import { ReasonForm } from "./reason-form.tsx";

export function CancelDialog(props: { job: Job; onDone: (next: Job) => void; onClose: () => void }) {
  const { job, onDone, onClose } = props;
  const api = useApi();
  const cancel = useMutation({
    mutationFn: (notes: string) => api.cancel(job.id, notes === "" ? {} : { notes }),
    onSuccess: onDone,
  });
  return (
    <Dialog title="Cancel this job?" onClose={onClose}>
      <ReasonForm
        action="Cancel the job"
        button="button-danger"
        isPending={cancel.isPending}
        error={cancel.error}
        onSubmit={cancel.mutate}
        onClose={onClose}
      >
        <p className="text-sm text-muted">
          What is finished stays, and the job can be retried. What runs is aborted.
        </p>
      </ReasonForm>
    </Dialog>
  );
}
