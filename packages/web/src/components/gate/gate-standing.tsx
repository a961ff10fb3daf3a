import type { GateStatus } from "@greenlight/contract/gate";
import type { Job } from "@greenlight/contract/job";
import type { ReactNode } from "react";
import { useNow } from "../../lib/use-now.ts";
import { clockWords, listWords, orWords, remainingWords } from "../../lib/words.ts";

const AT_END = {
  approve: "Approves itself",
  reject: "Rejects itself, and the job pauses,",
  cancel: "Cancels the job",
};

/** Who has approved, who is still asked, and what happens if nobody decides. */
export function GateStanding(props: { gate: GateStatus | undefined; job: Job; readAt: number }) {
  const { gate, job, readAt } = props;
  // Room is kept while the clocks are on their way, so that nothing below moves.
  if (gate === undefined) return <div className="h-11 border-b border-line" aria-hidden="true" />;
  return (
    <dl className="grid min-h-11 gap-x-6 gap-y-2 border-b border-line px-4 py-3 text-sm sm:grid-cols-2 sm:px-5">
      <Fact name="Approvals">
        <Quorum gate={gate} job={job} />
      </Fact>
      {gate.time_remaining_s !== null && gate.on_timeout !== null && (
        <Fact name="If nobody decides">
          <Countdown words={AT_END[gate.on_timeout]} seconds={gate.time_remaining_s} readAt={readAt} />
        </Fact>
      )}
      {gate.remind_in_s !== null && (
        <Fact name="Reminder">
          <Countdown words="Goes out" seconds={gate.remind_in_s} readAt={readAt} />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

function Quorum({ gate, job }: { gate: GateStatus; job: Job }) {
  const given = gate.approvals.map((approval) => approval.by);
  const waiting = gate.approvers.filter((name) => !given.includes(name));
  const missing = gate.min_approvals - given.length;
  const selfBarred = gate.no_self_approval && ` (not ${job.submitted_by}, who submitted the job)`;
  return (
    <>
      <span className="font-medium tabular-nums">
        {given.length} of {gate.min_approvals}
      </span>
      {"; "}
      {gate.approvers.length === 0
        ? `waiting for ${missing > 1 ? `${missing} people` : given.length > 0 ? "one more person" : "anyone who may review"}`
        : `waiting for ${waiting.length > missing ? `${missing > 1 ? `${missing} of ` : ""}${orWords(waiting)}` : listWords(waiting)}`}
      {selfBarred}
      {gate.approvals.length > 0 && (
        <ul className="mt-1 flex flex-wrap gap-1.5">
          {gate.approvals.map(({ by, at }) => (
            <li key={by} className="chip">
              <span aria-hidden="true" className="text-accent">
                ✓
              </span>
              {by} approved at {clockWords(at)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** `seconds` were left at `readAt` (milliseconds since the epoch). Not read out every second. */
function Countdown({ words, seconds, readAt }: { words: string; seconds: number; readAt: number }) {
  const now = useNow(true);
  const left = Math.max(0, seconds - Math.max(0, now - readAt) / 1000);
  return (
    <span role="timer" aria-live="off">
      {words} {left === 0 ? "now" : "in "}
      {left > 0 && <span className="font-medium tabular-nums">{remainingWords(left)}</span>}
    </span>
  );
}
