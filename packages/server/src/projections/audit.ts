import type { Artifact } from "@greenlight/contract/artifact";
import type { AuditChange, AuditEntry, NamedVersion } from "@greenlight/contract/audit";
import type { JobEvent } from "@greenlight/contract/event";
import type { DomainEvent, EventOf } from "../domain/events.ts";

type Told = { readonly action: AuditEntry["action"]; readonly by?: string; readonly change: AuditChange };

/**
 * The audit of a job from its events, oldest first: each decision, patch, version, voided gate, reminder, timer that was
 * moved, and what was asked of the job as a whole. Stages starting and ending are no one's decision and have no entry. What
 * a patch or a decision meant shows only with the events before it, so it begins with the first; it reads no further than
 * is asked.
 * @param readAfter up to so many of the job's events with a higher seq, as `EventStore.readJob`
 */
export async function* auditEntries(
  readAfter: (seq: number) => Promise<readonly JobEvent[]>,
): AsyncGenerator<AuditEntry, void> {
  const teller = new AuditTeller();
  let held: JobEvent | undefined;
  for (let batch = await readAfter(0); batch.length > 0; batch = await readAfter(batch.at(-1)?.seq ?? 0))
    for (const event of batch) {
      const entry = held && teller.tell(held, event);
      held = event;
      if (entry) yield entry;
    }
  const last = held && teller.tell(held, undefined);
  if (last) yield last;
}

/** What the events told so far mean for the next one. */
class AuditTeller {
  readonly #known = new KnownVersions();
  readonly #attempts = new Map<string, number>();
  /** What the versions that follow come of. */
  #cause: JobEvent | undefined;

  /** The entry of the next event, if it has one; `next` is the one after it. */
  tell(event: JobEvent, next: JobEvent | undefined): AuditEntry | undefined {
    const body = domainOf(event);
    if (body.type === "stage_started") this.#attempts.set(body.stage, body.payload.attempt);
    const told =
      body.type === "artifact_created"
        ? versionMade(body, this.#cause, this.#attempts)
        : body.type === "patch_applied"
          ? patchLaid(body, next, this.#known)
          : tell(body, this.#known);
    if (body.type === "artifact_created") this.#known.add(body.payload.artifact);
    else this.#cause = event;
    if (body.type === "stage_completed") this.#known.drop(body.payload.artifacts_dropped);
    return told && entryOf(event, told);
  }
}

function tell(event: DomainEvent, known: KnownVersions): Told | undefined {
  switch (event.type) {
    case "job_created": {
      const { slug, intent, pipeline, mode, priority, submitted_by, cfg } = event.payload;
      const job = { slug, intent, pipeline, mode, priority, submitted_by, seed: cfg.seed };
      return { action: "submit", by: submitted_by, change: { kind: "job", ...job } };
    }
    case "gate_approved":
    case "gate_rejected":
    case "gate_auto_approved":
      return decided(event, known);
    case "gate_voided": {
      const { cause, reason, by, artifact_sha256s } = event.payload;
      const versions = known.named(event.stage, artifact_sha256s);
      const gate = event.stage;
      return { action: "void", change: { kind: "void", gate, cause, reason, approvals_by: by, versions } };
    }
    case "gate_reminded":
      return { action: "remind", by: "timer", change: { kind: "reminder", ...event.payload } };
    case "gate_rescheduled": {
      const { clock: _, ...moved } = event.payload;
      return { action: "reschedule", by: "engine", change: { kind: "reschedule", ...moved } };
    }
    case "job_pause_requested":
      return { action: "request_pause", change: { kind: "pause_request", now: event.payload.now } };
    case "job_paused":
      return { action: "pause", change: { kind: "pause", reason: event.payload.reason } };
    case "job_resumed": {
      const { rerun_from, keep_patches } = event.payload;
      return { action: "resume", change: { kind: "resume", rerun_from, keep_patches } };
    }
    case "job_canceled":
      return { action: "cancel", change: { kind: "cancel" } };
    case "job_retried": {
      const { from_stage, reason, keep_patches } = event.payload;
      return { action: "retry", change: { kind: "retry", from_stage, reason, keep_patches } };
    }
    default:
      return undefined;
  }
}

function decided(
  event: EventOf<"gate_approved"> | EventOf<"gate_rejected"> | EventOf<"gate_auto_approved">,
  known: KnownVersions,
): Told {
  const approved = event.type !== "gate_rejected";
  const action = event.type === "gate_auto_approved" ? "auto_approve" : approved ? "approve" : "reject";
  return {
    action,
    change: {
      kind: "decision",
      gate: event.stage,
      approved,
      final: event.type !== "gate_approved" || event.payload.final,
      versions: known.named(event.stage, event.payload.artifact_sha256s),
      patch: event.type === "gate_auto_approved" ? null : event.payload.patch,
      beats: event.type === "gate_rejected" ? event.payload.beats.flatMap((b) => b.beat_id ?? []) : [],
    },
  };
}

/** A patch that makes a version is followed by it at once. */
function patchLaid(
  { payload, stage }: EventOf<"patch_applied">,
  next: JobEvent | undefined,
  known: KnownVersions,
): Told {
  const { patch, effect, stale_from } = payload;
  const made = effect === "content" && next !== undefined ? domainOf(next) : undefined;
  const after = made?.type === "artifact_created" && made.stage === stage ? made.payload.artifact : undefined;
  const artifact = after && {
    id: after.id,
    name: after.name,
    before: mark(known.current(after.id)),
    after: { version: after.version, sha256: after.sha256 },
  };
  return {
    action: "patch",
    change: { kind: "patch", type: patch.type, patch, artifact: artifact ?? null, stale_from },
  };
}

function versionMade(
  { payload: { artifact }, stage }: EventOf<"artifact_created">,
  before: JobEvent | undefined,
  attempts: ReadonlyMap<string, number>,
): Told {
  const cause = before && domainOf(before);
  const patched = cause?.type === "patch_applied" && cause.stage === stage ? cause : undefined;
  return {
    action: "version",
    by: patched?.payload.by ?? "engine",
    change: {
      kind: "version",
      artifact_id: artifact.id,
      name: artifact.name,
      version: artifact.version,
      sha256: artifact.sha256,
      attempt: patched ? null : (attempts.get(stage) ?? null),
      patch_seq: patched ? (before?.seq ?? null) : null,
      provider: artifact.meta.made_by,
    },
  };
}

function entryOf(event: JobEvent, { action, by, change }: Told): AuditEntry {
  const { seq, id, ts, stage, message, payload, origin, hash } = event;
  const { via, token, address, link_id } = origin;
  const said = typeof payload.by === "string" ? payload.by : undefined;
  return {
    ...{ seq, event_id: id, ts, action, stage },
    by: by ?? said ?? token ?? via,
    ...{ via, token, address, link_id },
    notes: typeof payload.notes === "string" ? payload.notes : null,
    ...{ message, change, hash },
  };
}

/** The versions of every artifact so far. */
class KnownVersions {
  readonly #all: Artifact[] = [];
  readonly #current = new Map<string, Artifact>();

  add(artifact: Artifact): void {
    this.#all.push(artifact);
    this.#current.set(artifact.id, artifact);
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) this.#current.delete(id);
  }

  current(id: string): Artifact | undefined {
    return this.#current.get(id);
  }

  /** What of a stage has this content: all that has it now, else the newest that ever had. */
  named(stage: string, sha256s: readonly string[]): NamedVersion[] {
    return [...new Set(sha256s)].flatMap((sha256): NamedVersion[] => {
      const has = (a: Artifact) => a.stage === stage && a.sha256 === sha256;
      const now = [...this.#current.values()].filter(has);
      const past = this.#all.findLast(has);
      const found = now.length > 0 ? now : past ? [past] : [];
      if (found.length === 0) return [{ name: null, version: null, sha256 }];
      return found.map(({ name, version }) => ({ name, version, sha256 }));
    });
  }
}

function mark(artifact: Artifact | undefined) {
  return artifact === undefined ? null : { version: artifact.version, sha256: artifact.sha256 };
}

/** The log holds what the domain decided, so type and payload belong together. */
function domainOf(event: JobEvent): DomainEvent {
  return event as unknown as DomainEvent;
}
