import type { Artifact } from "@greenlight/contract/artifact";
import type { AuditEntry } from "@greenlight/contract/audit";
import { type FeedbackNote, feedbackMeta } from "@greenlight/contract/feedback";
import type { GateStatus } from "@greenlight/contract/gate";
import type { Job } from "@greenlight/contract/job";
import { versionsPath } from "../../lib/route.ts";
import { useAudit } from "../../lib/use-audit.ts";
import { clockWords } from "../../lib/words.ts";
import { beatsWords } from "../audit/audit-words.ts";
import { Link } from "../link.tsx";
import { type VoidedApproval, voidedApprovals } from "./voided-approvals.ts";

/** What came before at this gate: approvals that no longer count, what was asked for, and what of it was not done. */
export function GateHistory(props: {
  job: Job;
  stage: string;
  artifacts: readonly Artifact[];
  gate: GateStatus | undefined;
}) {
  const { job, stage, artifacts, gate } = props;
  const { data: entries = [] } = useAudit(job);
  const voided = voidedApprovals(entries, stage, job.artifacts).filter(
    ({ by }) => !gate?.approvals.some((approval) => approval.by === by),
  );
  const told = artifacts.map((artifact) => feedbackMeta.parse(artifact.meta));
  const asked = notesOf(told.flatMap(({ feedback }) => feedback));
  const earlier = asked.length > 0 ? asked : rejectionsOf(entries, stage);
  // The gate speaks of the stage's last run; a run that made the very same again left the meta of one before.
  const unmet = gate
    ? gate.feedback_unmet
    : [...new Set(told.flatMap(({ feedback_unmet }) => feedback_unmet))];
  const same = madeTheSame(entries, stage, artifacts);
  if (voided.length + earlier.length + unmet.length === 0) return null;
  return (
    <div className="space-y-3 rounded-lg border border-line bg-ground px-4 py-3 text-sm">
      {voided.map((one) => (
        <VoidedNote key={`${one.seq} ${one.by}`} job={job} voided={one} />
      ))}
      {earlier.length > 0 && (
        <div>
          <h3 className="text-xs font-medium text-muted">Asked for before</h3>
          <ul className="mt-1 space-y-1">
            {earlier.map((words) => (
              <li key={words} className="wrap-anywhere">
                {words}
              </li>
            ))}
          </ul>
        </div>
      )}
      {same && (
        <p className="font-medium text-warn">The stage ran again and made the very same as was rejected.</p>
      )}
      {unmet.length > 0 && (
        <div>
          <h3 className="text-xs font-medium text-warn">Could not be honoured</h3>
          <ul className="mt-1 list-disc space-y-1 pl-5">
            {unmet.map((words) => (
              <li key={words} className="wrap-anywhere">
                {words}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function VoidedNote({ job, voided }: { job: Job; voided: VoidedApproval }) {
  const { by, approved_at, reason, compare } = voided;
  return (
    <p className="wrap-anywhere">
      <span aria-hidden="true" className="mr-1.5 font-bold text-warn">
        ↻
      </span>
      <span className="font-medium">{by}</span>’s approval{approved_at && ` of ${clockWords(approved_at)}`} no
      longer counts: {reason}.{" "}
      {compare && (
        <Link to={versionsPath(job.id, compare.artifact_id, compare.from, compare.to)} className="link">
          See what changed in {compare.name}
        </Link>
      )}
    </p>
  );
}

/** Whether what stands is what the last rejection was about. */
function madeTheSame(entries: readonly AuditEntry[], stage: string, artifacts: readonly Artifact[]): boolean {
  const last = entries.findLast(({ stage: at, change }) => at === stage && change.kind === "decision");
  if (last?.action !== "reject" || last.change.kind !== "decision") return false;
  const rejected = new Set(last.change.versions.map(({ sha256 }) => sha256));
  return artifacts.length > 0 && artifacts.every(({ sha256 }) => rejected.has(sha256));
}

function notesOf(notes: readonly FeedbackNote[]): string[] {
  return [...new Set(notes.map(({ beat_id, notes: said }) => noteWords(beat_id, said)))];
}

function rejectionsOf(entries: readonly AuditEntry[], stage: string): string[] {
  const said = entries.flatMap(({ action, stage: at, by, notes, change }) => {
    if (action !== "reject" || at !== stage || change.kind !== "decision") return [];
    const beats = change.beats.length > 0 ? `make ${beatsWords(change.beats)} again` : null;
    const words = [notes && `“${notes}”`, beats].filter((part) => part !== null);
    return words.length === 0 ? [] : [`${by}: ${words.join("; ")}`];
  });
  return [...new Set(said)];
}

function noteWords(beatId: string | null, notes: string): string {
  if (beatId === null) return `“${notes}”`;
  return notes === "" ? `${beatId}: make it anew` : `${beatId}: “${notes}”`;
}
