import type { JobStatus } from "@greenlight/contract/event";
import { STATUS_WORDS } from "../lib/words.ts";

const LOOK: Record<JobStatus, string> = {
  queued: "bg-sunken text-muted",
  running: "bg-accent-soft text-accent",
  paused: "bg-sunken text-ink",
  needs_approval: "bg-warn-soft text-warn",
  completed: "bg-accent-soft text-accent",
  failed: "bg-danger-soft text-danger",
  canceled: "bg-sunken text-muted",
};

export function StatusBadge({ status }: { status: JobStatus }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap ${LOOK[status]}`}
    >
      <span
        aria-hidden="true"
        className={`size-1.5 rounded-full bg-current ${status === "running" ? "animate-pulse motion-reduce:animate-none" : ""}`}
      />
      {STATUS_WORDS[status]}
    </span>
  );
}
