import type { ProgressFrame } from "@greenlight/contract/event";
import type { Job } from "@greenlight/contract/job";
import type { JobTab } from "../lib/route.ts";
import { type Connection, useLiveJob } from "../lib/use-live-job.ts";
import { STATUS_WORDS, stageWords } from "../lib/words.ts";
import { AuditTab } from "./audit/audit-tab.tsx";
import { JobActions } from "./job/job-actions.tsx";
import { JobOverview } from "./job/job-overview.tsx";
import { Link } from "./link.tsx";
import { Note, ProblemNote } from "./problem-note.tsx";
import { ProgressBar } from "./progress-bar.tsx";
import { StatusBadge } from "./status-badge.tsx";
import { VersionsTab } from "./versions/versions-tab.tsx";

type Props = { tab: JobTab; artifact: string | null };

export function JobPage({ id, ...shown }: Props & { id: string }) {
  const { query, connection, progress, isOlder } = useLiveJob(id);
  const job = query.data;
  if (!job) return query.error ? <ProblemNote error={query.error} /> : <p className="text-muted">Loading…</p>;
  return (
    <>
      {isOlder && <OlderNote />}
      <JobView {...shown} job={job} connection={connection} progress={progress} />
    </>
  );
}

/** The server has told of something that only a newer page can show. */
function OlderNote() {
  return (
    <p role="status" className="mb-4 text-xs text-muted">
      This page is older than the server, so something it told of may not be shown.{" "}
      <button type="button" className="link" onClick={() => location.reload()}>
        Reload the page
      </button>
    </p>
  );
}

function JobView(props: Props & { job: Job; connection: Connection; progress: ProgressFrame | null }) {
  const { job, connection, tab, artifact } = props;
  // A frame of a stage that is over must not show on the next one.
  const progress = job.status === "running" && props.progress?.stage === job.stage ? props.progress : null;
  return (
    <div className="space-y-6">
      <div className="space-y-3">
        <Link to="/" className="block w-fit text-sm text-accent hover:underline">
          ← All jobs
        </Link>
        <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <div className="min-w-0 grow basis-72">
            <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{job.slug}</h1>
            <p className="text-muted wrap-anywhere">{job.intent}</p>
          </div>
          <JobActions job={job} />
        </div>
        <div className="flex items-center gap-3">
          <StatusBadge status={job.status} />
          <ProgressBar fraction={job.progress} label="Progress of the job" />
          <span className="text-sm tabular-nums text-muted">{Math.round(job.progress * 100)}&nbsp;%</span>
        </div>
        <p className="sr-only" role="status">
          {statusWords(job)}
        </p>
      </div>
      {job.error && (
        <Note
          code={job.error.code}
          message={job.error.message}
          remedy={
            job.error.stage === null
              ? "Mend the cause, then retry the job."
              : `Read logs/${job.error.stage}.log in the job's run folder, mend the cause, then retry: what was finished is reused.`
          }
        />
      )}
      <Tabs job={job} tab={tab} />
      {tab === "audit" ? (
        <AuditTab job={job} />
      ) : tab === "versions" ? (
        <VersionsTab job={job} artifact={artifact} />
      ) : (
        <JobOverview job={job} connection={connection} progress={progress} />
      )}
    </div>
  );
}

function Tabs({ job, tab }: { job: Job; tab: JobTab }) {
  const link = (to: JobTab, label: string) => (
    <Link
      to={`/jobs/${job.id}${to === "overview" ? "" : `/${to}`}`}
      current={tab === to}
      className={`-mb-px border-b-2 px-1 py-2 text-sm ${tab === to ? "border-accent font-semibold" : "border-transparent text-muted hover:text-ink"}`}
    >
      {label}
    </Link>
  );
  return (
    <nav aria-label="The job" className="flex gap-5 border-b border-line">
      {link("overview", "Overview")}
      {link("versions", "Versions")}
      {link("audit", "Audit")}
    </nav>
  );
}

/** Told to who cannot see the page whenever it changes. */
function statusWords(job: Job): string {
  const gate = job.status === "needs_approval" ? job.gates.find((one) => one.stage === job.stage) : undefined;
  const at = job.stage === null ? "" : `: ${stageWords(job.stage)}`;
  const given =
    gate && gate.approvals.length > 0 ? `, approved by ${gate.approvals.map((a) => a.by).join(", ")}` : "";
  return `${STATUS_WORDS[job.status]}${at}${given}`;
}
