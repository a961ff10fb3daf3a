import type { JobSummary } from "@greenlight/contract/job";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../lib/use-api.ts";
import { agoWords, stageWords } from "../lib/words.ts";
import { Link } from "./link.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { ProgressBar } from "./progress-bar.tsx";
import { StatusBadge } from "./status-badge.tsx";

const POLL_MS = 2000;

export function JobList() {
  const api = useApi();
  const { data, error, isPending, dataUpdatedAt } = useQuery({
    queryKey: ["jobs"],
    queryFn: () => api.listJobs({ limit: 100 }),
    refetchInterval: POLL_MS,
  });
  return (
    <section aria-labelledby="jobs-heading" className="space-y-4">
      <div className="flex items-baseline justify-between gap-4">
        <h1 id="jobs-heading" className="text-2xl font-semibold tracking-tight">
          Jobs
        </h1>
        <Link to="/webhooks" className="text-sm text-accent hover:underline">
          Webhooks
        </Link>
      </div>
      <ProblemNote error={error} />
      {isPending && !error && <p className="text-muted">Loading…</p>}
      {data?.jobs.length === 0 && <NoJobs />}
      {data && data.jobs.length > 0 && (
        <ul className="card divide-y divide-line overflow-hidden">
          {data.jobs.map((job) => (
            <JobRow key={job.id} job={job} now={dataUpdatedAt} />
          ))}
        </ul>
      )}
    </section>
  );
}

function JobRow({ job, now }: { job: JobSummary; now: number }) {
  const active = job.status === "running" || job.status === "needs_approval" || job.status === "paused";
  return (
    <li className="relative grid gap-x-6 gap-y-2 px-4 py-4 hover:bg-sunken sm:grid-cols-[minmax(0,1fr)_12rem_9rem] sm:items-center sm:px-5">
      <div className="min-w-0">
        <Link to={`/jobs/${job.id}`} className="font-medium after:absolute after:inset-0">
          {job.slug}
        </Link>
        <p className="truncate text-sm text-muted">{job.intent}</p>
      </div>
      <div className="space-y-1.5">
        {active && <ProgressBar fraction={job.progress} label={`Progress of ${job.slug}`} />}
        <p className="text-xs text-muted">
          {active && job.stage !== null && `${stageWords(job.stage)} · ${Math.round(job.progress * 100)} %`}
          {job.status === "queued" &&
            job.queue_position !== null &&
            `Number ${job.queue_position} in the queue`}
          {job.error && <code>{job.error.code}</code>}
        </p>
      </div>
      <div className="flex items-center justify-between gap-3 sm:flex-col sm:items-end sm:gap-1">
        <StatusBadge status={job.status} />
        <time dateTime={job.created_at} className="text-xs text-muted">
          {agoWords(job.created_at, now)}
        </time>
      </div>
    </li>
  );
}

function NoJobs() {
  return (
    <div className="card space-y-4 p-8 text-center sm:p-12">
      <p className="font-medium">No jobs yet</p>
      <p className="mx-auto max-w-md text-sm text-muted">
        A job turns a brief and its sources into a narrated video. You approve the script, the storyboard, the
        pictures and the sound on the way.
      </p>
      <Link to="/new" className="button button-primary">
        Submit the first job
      </Link>
    </div>
  );
}
