import type { AuditChange, AuditEntry } from "@greenlight/contract/audit";
import { listWords, stageWords } from "../../lib/words.ts";
import { patchWords } from "../patch/patch-words.ts";

export type Tone = "good" | "bad" | "warn" | "calm";

const TONE: Readonly<Partial<Record<AuditEntry["action"], Tone>>> = {
  approve: "good",
  auto_approve: "good",
  reject: "bad",
  cancel: "bad",
  void: "warn",
  remind: "warn",
};

export const toneOf = ({ action }: AuditEntry): Tone => TONE[action] ?? "calm";

/** What `by` did, so that it reads on after the name. */
export function actionWords({ action, stage, change }: AuditEntry): string {
  const at = stage === null ? "the job" : stageWords(stage).toLowerCase();
  switch (action) {
    case "submit":
      return "submitted the job";
    case "approve":
      return change.kind === "decision" && !change.final ? `approved ${at}; more must` : `approved ${at}`;
    case "auto_approve":
      return `let ${at} pass`;
    case "reject":
      return `rejected ${at}`;
    case "void":
      return `opened ${at} again: what was decided no longer counts`;
    case "remind":
      return `reminded that ${at} waits`;
    case "reschedule":
      return `kept the timer of ${at} to its time`;
    case "patch":
      return `changed ${at}`;
    case "version":
      return `made a version in ${at}`;
    case "request_pause":
      return "asked for a pause";
    case "pause":
      return "paused the job";
    case "resume":
      return "resumed the job";
    case "cancel":
      return "canceled the job";
    case "retry":
      return change.kind === "retry" && change.reason === "patch"
        ? `had the job run again from ${at}, for a change`
        : `had the job run again from ${at}`;
  }
}

export function changeWords(change: AuditChange): string {
  switch (change.kind) {
    case "job":
      return `${change.slug}: pipeline ${change.pipeline}, ${change.mode}, seed ${change.seed}`;
    case "decision": {
      const parts = [
        versionsWords(change.versions),
        change.beats.length > 0 ? `make ${listWords(change.beats)} again` : null,
        change.patch === null ? null : `with a patch: ${patchWords(change.patch)}`,
      ];
      return parts.filter((part) => part !== null).join("; ");
    }
    case "patch": {
      const made =
        change.artifact && `${change.artifact.name} is now version ${change.artifact.after.version}`;
      const again = change.stale_from && `${stageWords(change.stale_from)} and later stages run again`;
      return [patchWords(change.patch), made, again].filter((part) => part !== null).join("; ");
    }
    case "version":
      return `${change.name}, version ${change.version}, by ${change.provider}`;
    case "void": {
      const whose = change.approvals_by.length > 0 ? `approvals of ${listWords(change.approvals_by)}: ` : "";
      return `${whose}${change.reason}`;
    }
    case "reminder":
      return change.timeout_at === null ? "" : "its timer runs on";
    case "reschedule": {
      if (change.cause === "restart") return "after a restart";
      const seconds = Math.abs(change.step_ms) / 1000;
      return `the clock was set ${seconds} s ${change.step_ms > 0 ? "forward" : "back"}`;
    }
    case "pause_request":
      return change.now ? "at once" : "once the running stage has ended";
    case "pause":
      return change.reason === "rejected" ? "after a rejection" : "";
    case "resume":
      return runAgainWords(change.rerun_from, change.keep_patches) ?? "it goes on where it stood";
    case "cancel":
      return "";
    case "retry":
      return runAgainWords(change.from_stage, change.keep_patches) ?? "";
  }
}

function runAgainWords(stage: string | null, keepsPatches: boolean): string | null {
  if (stage === null) return null;
  return `from ${stageWords(stage).toLowerCase()} on${keepsPatches ? "" : ", without its patches"}`;
}

const MOST_NAMED = 3;

function versionsWords(versions: readonly { name: string | null; version: number | null; sha256: string }[]) {
  if (versions.length === 0) return null;
  const names = versions
    .slice(0, MOST_NAMED)
    .map(({ name, version, sha256 }) => (name === null ? sha256.slice(0, 10) : `${name} v${version}`));
  const more = versions.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : listWords(names);
}
