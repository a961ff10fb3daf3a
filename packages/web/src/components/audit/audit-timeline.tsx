import type { AuditEntry } from "@greenlight/contract/audit";
import type { Job } from "@greenlight/contract/job";
import { versionsPath } from "../../lib/route.ts";
import { countWords, stageWords } from "../../lib/words.ts";
import { Link } from "../link.tsx";
import { actionWords, changeWords, type Tone, toneOf } from "./audit-words.ts";

const TONES: Readonly<Record<Tone, string>> = {
  good: "border-accent bg-accent-soft",
  bad: "border-danger bg-danger-soft",
  warn: "border-warn bg-warn-soft",
  calm: "border-line-strong bg-surface",
};
const day = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

const VIA: Readonly<Record<AuditEntry["via"], string | null>> = {
  http: "over HTTP",
  cli: "on the command line",
  websocket: "over a WebSocket",
  inbox: "by the inbox",
  link: "by a decision link",
  timer: null,
  engine: null,
};

/** Entries as given, below a heading for each day; the versions a stage made in one go are told as one. */
export function AuditTimeline({ job, entries }: { job: Job; entries: readonly AuditEntry[] }) {
  const days = new Map<string, AuditEntry[]>();
  for (const entry of entries) {
    const name = day.format(new Date(entry.ts));
    days.set(name, [...(days.get(name) ?? []), entry]);
  }
  return [...days].map(([name, ofDay]) => (
    <div key={name}>
      <h3 className="border-b border-line bg-sunken px-4 py-1.5 text-xs font-medium text-muted">{name}</h3>
      <ol className="px-4 py-2">
        {runsOf(ofDay).map((run) => (
          <Run key={run[0]?.seq} job={job} run={run} />
        ))}
      </ol>
    </div>
  ));
}

function Run({ job, run }: { job: Job; run: readonly AuditEntry[] }) {
  const [first] = run;
  if (first === undefined) return null;
  if (run.length === 1) return <Entry job={job} entry={first} />;
  return (
    <Row entry={first}>
      <details>
        <summary className="fold">
          <span className="font-semibold">{stageWords(first.stage ?? "")}</span> made{" "}
          {countWords(run.length, "version")}
        </summary>
        <ul className="mt-1 space-y-0.5 text-xs text-muted">
          {run.toReversed().map((entry) => (
            <li key={entry.seq}>
              <Changed job={job} entry={entry} />
            </li>
          ))}
        </ul>
      </details>
    </Row>
  );
}

function Entry({ job, entry }: { job: Job; entry: AuditEntry }) {
  const { by, notes } = entry;
  return (
    <Row entry={entry}>
      <p className="wrap-anywhere">
        <span className="font-semibold">{by}</span> {actionWords(entry)}
      </p>
      {notes && <p className="wrap-anywhere">“{notes}”</p>}
      <p className="text-xs text-muted wrap-anywhere">
        <Changed job={job} entry={entry} />
      </p>
      <p className="text-xs text-muted wrap-anywhere">{sourceWords(entry)}</p>
    </Row>
  );
}

function Row({ entry, children }: { entry: AuditEntry; children: React.ReactNode }) {
  return (
    <li className="grid grid-cols-[4rem_1rem_minmax(0,1fr)] gap-x-3 text-sm" data-action={entry.action}>
      <time dateTime={entry.ts} className="py-2 text-xs leading-5 text-muted tabular-nums">
        {time.format(new Date(entry.ts))}
      </time>
      <span aria-hidden="true" className="relative flex justify-center">
        <span className="absolute inset-y-0 w-px bg-line" />
        <span className={`relative mt-3 size-2.5 rounded-full border ${TONES[toneOf(entry)]}`} />
      </span>
      <div className="min-w-0 py-2">{children}</div>
    </li>
  );
}

/** What an entry changed, with a way to see it. */
function Changed({ job, entry: { change } }: { job: Job; entry: AuditEntry }) {
  const words = changeWords(change);
  if (change.kind === "patch" && change.artifact !== null) {
    const { id, before, after } = change.artifact;
    return (
      <>
        {words}{" "}
        {before && (
          <Link to={versionsPath(job.id, id, before.version, after.version)} className="link">
            Compare
          </Link>
        )}
      </>
    );
  }
  if (change.kind === "version" && change.version > 1)
    return (
      <>
        {words}{" "}
        <Link
          to={versionsPath(job.id, change.artifact_id, change.version - 1, change.version)}
          className="link"
        >
          Compare
        </Link>
      </>
    );
  return words;
}

function sourceWords({ via, token, address, link_id, by }: AuditEntry): string {
  const parts = [
    VIA[via],
    token !== null && token !== by ? `token ${token}` : null,
    address === null ? null : `from ${address}`,
    link_id === null ? null : `link ${link_id.slice(-8)}`,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

/** Neighbouring entries that tell of versions of one stage, together. */
function runsOf(entries: readonly AuditEntry[]): AuditEntry[][] {
  const runs: AuditEntry[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    const joins =
      entry.action === "version" && last?.[0]?.action === "version" && last[0].stage === entry.stage;
    if (joins) last.push(entry);
    else runs.push([entry]);
  }
  return runs;
}
