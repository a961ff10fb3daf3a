import type { Artifact } from "@greenlight/contract/artifact";
import type { AuditEntry } from "@greenlight/contract/audit";

export type VoidedApproval = {
  readonly seq: number;
  readonly by: string;
  /** When the approval was given; null where the log does not tell. */
  readonly approved_at: string | null;
  readonly reason: string;
  /** An output that was approved in one version and stands in another. */
  readonly compare: {
    readonly artifact_id: string;
    readonly name: string;
    readonly from: number;
    readonly to: number;
  } | null;
};

/** The last approval of each person at this gate that no longer counts, oldest first. */
export function voidedApprovals(
  entries: readonly AuditEntry[],
  stage: string,
  artifacts: readonly Artifact[],
): VoidedApproval[] {
  const last = new Map<string, VoidedApproval>();
  for (const { seq, change } of entries) {
    if (change.kind !== "void" || change.gate !== stage) continue;
    const compare = changedSince(change.versions, stage, artifacts);
    for (const by of change.approvals_by) {
      const given = entries.findLast(
        (entry) => entry.seq < seq && entry.action === "approve" && entry.stage === stage && entry.by === by,
      );
      last.set(by, { seq, by, approved_at: given?.ts ?? null, reason: change.reason, compare });
    }
  }
  return [...last.values()];
}

function changedSince(
  versions: readonly { name: string | null; version: number | null }[],
  stage: string,
  artifacts: readonly Artifact[],
): VoidedApproval["compare"] {
  for (const { name, version } of versions) {
    const now = artifacts.find((artifact) => artifact.stage === stage && artifact.name === name);
    if (now && version !== null && now.version !== version)
      return { artifact_id: now.id, name: now.name, from: version, to: now.version };
  }
  return null;
}
