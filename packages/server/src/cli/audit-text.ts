import type { AuditChange, AuditEntry, NamedVersion } from "@greenlight/contract/audit";

const SHORT = 12;

/** One entry as a line: when, its seq, who and from where, what happened, and what it changed. */
export function auditLine({ ts, seq, by, via, token, address, message, notes, change }: AuditEntry): string {
  const place = [via, token === by ? null : token, address].filter((part) => part !== null).join(" ");
  const more = [changeText(change), notes === null ? "" : JSON.stringify(notes)].filter(Boolean).join("; ");
  return `${ts}  ${seq}  ${by} (${place})  ${message}${more === "" ? "" : ` [${more}]`}`;
}

function changeText(change: AuditChange): string {
  switch (change.kind) {
    case "job":
      return `${change.pipeline}, ${change.mode}, seed ${change.seed}`;
    case "decision":
      return [
        versionsText(change.versions),
        change.patch === null ? "" : `patch ${change.patch.type}`,
        change.beats.length === 0 ? "" : `beats ${change.beats.join(", ")}`,
      ]
        .filter(Boolean)
        .join("; ");
    case "patch": {
      const { artifact, stale_from } = change;
      const made =
        artifact === null
          ? "the stage runs again"
          : `${artifact.name} v${artifact.before?.version ?? 0} -> v${artifact.after.version} ${artifact.after.sha256.slice(0, SHORT)}`;
      return stale_from === null ? made : `${made}; stale from ${stale_from}`;
    }
    case "version":
      return `${change.sha256.slice(0, SHORT)} by ${change.patch_seq === null ? `attempt ${change.attempt}, ${change.provider}` : `the patch of ${change.patch_seq}`}`;
    case "void":
      return [change.cause, versionsText(change.versions)].filter(Boolean).join("; ");
    case "resume":
    case "retry":
      return change.keep_patches ? "" : "patches let go";
    case "pause_request":
      return change.now ? "at once" : "once its stage ends";
    case "reschedule":
      return [
        change.timeout_was === null ? "" : `decides at ${change.timeout_at}, was ${change.timeout_was}`,
        change.remind_was === null ? "" : `reminds at ${change.remind_at}, was ${change.remind_was}`,
      ]
        .filter(Boolean)
        .join("; ");
    case "reminder":
    case "pause":
    case "cancel":
      return "";
    default:
      return change satisfies never;
  }
}

function versionsText(versions: readonly NamedVersion[]): string {
  return versions
    .map(({ name, version, sha256 }) => `${name ?? "?"} v${version ?? "?"} ${sha256.slice(0, SHORT)}`)
    .join(", ");
}
