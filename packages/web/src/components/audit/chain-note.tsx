import type { Job } from "@greenlight/contract/job";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../lib/use-api.ts";
import { countWords } from "../../lib/words.ts";
import { ProblemNote } from "../problem-note.tsx";

const CHECKED_EVERY_MS = 15_000;

/** Whether the job's events are whole and as they were written. */
export function ChainNote({ job }: { job: Job }) {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ["audit_chain", job.id],
    queryFn: () => api.auditChain(job.id),
    // The server reads and folds the whole log for it: not for each event of a job that goes on.
    refetchInterval: CHECKED_EVERY_MS,
  });
  if (error) return <ProblemNote error={error} />;
  if (!data) return <p className="text-xs text-muted">Checking the chain of events…</p>;
  if (!data.intact)
    return (
      <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger wrap-anywhere">
        The log is not as it was written: {data.reason}.
      </p>
    );
  return (
    <p className="text-xs text-muted wrap-anywhere">
      <span className="font-medium text-accent">✓ Chain intact</span> · {countWords(data.events, "event")} ·
      newest <code title={data.head}>{data.head.slice(0, 12)}</code>
      <span className="max-sm:hidden">
        {" "}
        · <code>greenlight verify</code> checks the same on your machine
      </span>
    </p>
  );
}
