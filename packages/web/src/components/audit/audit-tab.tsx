import type { AuditEntry } from "@greenlight/contract/audit";
import type { Job } from "@greenlight/contract/job";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../../lib/use-api.ts";
import { useAudit } from "../../lib/use-audit.ts";
import { countWords } from "../../lib/words.ts";
import { ProblemNote } from "../problem-note.tsx";
import { AuditTimeline } from "./audit-timeline.tsx";
import { ChainNote } from "./chain-note.tsx";

type Group = "decisions" | "changes" | "job";

const GROUPS: readonly { readonly id: Group; readonly label: string }[] = [
  { id: "decisions", label: "Decisions" },
  { id: "changes", label: "Patches and versions" },
  { id: "job", label: "The job" },
];
const GROUP_OF: Readonly<Record<AuditEntry["action"], Group>> = {
  approve: "decisions",
  auto_approve: "decisions",
  reject: "decisions",
  void: "decisions",
  remind: "decisions",
  reschedule: "decisions",
  patch: "changes",
  version: "changes",
  submit: "job",
  request_pause: "job",
  pause: "job",
  resume: "job",
  cancel: "job",
  retry: "job",
};

/** Who did what, when and from where, newest first; to filter, to keep, and to check. */
export function AuditTab({ job }: { job: Job }) {
  const audit = useAudit(job);
  const { error } = audit;
  const data = audit.data && withoutEchoes(audit.data);
  const [group, setGroup] = useState<Group | "all">("all");
  if (error) return <ProblemNote error={error} />;
  if (!data) return <p className="text-sm text-muted">Loading the audit…</p>;
  const entries = data.filter(({ action }) => group === "all" || GROUP_OF[action] === group).toReversed();
  const choice = (id: Group | "all", label: string, count: number) => (
    <button
      key={id}
      type="button"
      aria-pressed={group === id}
      className={`button button-small ${group === id ? "border-accent bg-accent-soft text-accent hover:bg-accent-soft" : ""}`}
      onClick={() => setGroup(id)}
    >
      {label} <span className="tabular-nums">{count}</span>
    </button>
  );
  return (
    <section aria-labelledby="audit-heading" className="card overflow-hidden">
      <div className="space-y-3 border-b border-line px-4 py-3">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h2 id="audit-heading" className="font-semibold">
            Audit
          </h2>
          <SaveButton job={job} />
        </div>
        <ChainNote job={job} />
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="sr-only">Show</legend>
          {choice("all", "All", data.length)}
          {GROUPS.map(({ id, label }) =>
            choice(id, label, data.filter(({ action }) => GROUP_OF[action] === id).length),
          )}
        </fieldset>
        <p role="status" className="sr-only">
          {countWords(entries.length, "entry", "entries")} shown
        </p>
      </div>
      {entries.length === 0 ? (
        <p className="p-4 text-sm text-muted">Nothing of this kind has happened to this job.</p>
      ) : (
        <AuditTimeline job={job} entries={entries} />
      )}
    </section>
  );
}

/** Without the versions that the entry of a patch tells of already; the download has every entry. */
function withoutEchoes(entries: readonly AuditEntry[]): AuditEntry[] {
  const told = new Set(
    entries.flatMap(({ seq, change }) =>
      change.kind === "patch" && change.artifact !== null ? [`${seq} ${change.artifact.id}`] : [],
    ),
  );
  return entries.filter(
    ({ change }) => change.kind !== "version" || !told.has(`${change.patch_seq} ${change.artifact_id}`),
  );
}

function SaveButton({ job }: { job: Job }) {
  const api = useApi();
  const save = useMutation({
    mutationFn: async () => {
      const lines = await (await api.auditLines(job.id)).blob();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(lines);
      link.download = `${job.slug}-audit.jsonl`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    },
  });
  return (
    <>
      <button
        type="button"
        className="button button-small"
        disabled={save.isPending}
        onClick={() => save.mutate()}
      >
        Download as JSON Lines
      </button>
      {save.error && <ProblemNote error={save.error} />}
    </>
  );
}
