/**
 * Links by which a person without a token decides one gate. Looking changes nothing, however often it is done, because
 * mail scanners open every link; only `decide` does. A link is spent by the append of the events it caused, in their
 * transaction: whatever refuses, fails or dies before that leaves it as it was, and of two at once one decides. Whoever
 * has the link acts as the person it was made for: with the role that person's token has now, or as a reviewer where
 * they never had one, and only as long as its maker may still make it. Its 32 random bytes are stored, and looked up, as a hash only: how
 * long a look takes tells nothing about the bytes of a link that exists.
 */
import { createHash, randomBytes } from "node:crypto";
import { ADMIN_NAME, type NamedToken, type Role } from "@greenlight/contract/access";
import { Rejection } from "../domain/commands.ts";
import { sameVersions, standing } from "../domain/gates.ts";
import { mayDo, requireRole } from "../domain/roles.ts";
import type { JobState } from "../domain/state.ts";
import type { Clock } from "./ports/clock.ts";
import type { DecisionLink, DecisionLinkStore, DecisionLinks } from "./ports/decision-links.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { Ids } from "./ports/ids.ts";
import type { Actor, Operations } from "./ports/operations.ts";

export function createDecisionLinks(deps: {
  readonly links: DecisionLinkStore;
  readonly store: Pick<EventStore, "load">;
  readonly operations: Pick<Operations, "approve" | "reject">;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Who has a token of their own now, and its role. */
  readonly tokens: readonly NamedToken[];
}): DecisionLinks {
  const { links, store, operations, clock, ids, tokens } = deps;

  const holdersRole = (name: string): Role | undefined =>
    name === ADMIN_NAME ? "admin" : tokens.find((token) => token.name === name)?.role;

  /** The role a link decides with now. @throws Rejection link_revoked */
  function standingRole({ person, made_by, had_token }: Omit<DecisionLink, "used_at">): Role {
    const makers = holdersRole(made_by);
    if (makers === undefined || !mayDo(makers, made_by === person ? "approve" : "speak_for_others"))
      throw new Rejection(
        "link_revoked",
        `${made_by}, who made this link, may not make ${made_by === person ? "one" : "one for others"} any more.`,
      );
    const role = holdersRole(person) ?? (had_token ? undefined : "reviewer");
    if (role === undefined || !mayDo(role, "approve"))
      throw new Rejection("link_revoked", `${person} may not decide any more.`);
    return role;
  }

  async function loadJob(jobId: string): Promise<JobState> {
    const job = await store.load(jobId);
    if (job === undefined) throw new Rejection("job_not_found", "No job has this id.");
    return job;
  }

  async function find(token: string): Promise<DecisionLink> {
    const link = await links.find(hashOf(token));
    if (link === undefined) throw new Rejection("link_not_found", "No decision link has this address.");
    if (link.used_at !== null)
      throw new Rejection("link_used", `This link was used at ${new Date(link.used_at).toISOString()}.`);
    if (link.expires_at <= clock.now())
      throw new Rejection(
        "link_expired",
        `This link was good until ${new Date(link.expires_at).toISOString()}.`,
      );
    standingRole(link);
    return link;
  }

  async function look(token: string) {
    const link = await find(token);
    const job = await loadJob(link.job_id);
    requireOpen(job, link.stage);
    const shown = link.artifacts.map((artifact) => artifact.sha256);
    if (!sameVersions(shown, standing(job, link.stage)))
      throw new Rejection(
        "gate_stale_artifact",
        `What ${link.stage} made has changed since this link was made; ask for a new one.`,
      );
    return { link, job };
  }

  return {
    find,
    look,
    async create(jobId, stage, request, actor) {
      // Whoever opens the link decides with a reviewer's role: it must not lend one that its maker has not.
      requireRole(actor.role, "approve");
      if (!mayDo(actor.role, "speak_for_others") && actor.name !== request.for)
        throw new Rejection("role_not_allowed", "Only an admin may make a link for another name.");
      const role = holdersRole(request.for);
      if (role !== undefined && !mayDo(role, "approve"))
        throw new Rejection(
          "role_not_allowed",
          `${request.for} has a token with the role ${role}, which may not decide: a link would not either.`,
        );
      const job = await loadJob(jobId);
      requireOpen(job, stage);
      const now = clock.now();
      const token = randomBytes(32).toString("base64url");
      const link = {
        link_id: ids.next(),
        job_id: jobId,
        stage,
        person: request.for,
        made_by: actor.name,
        had_token: role !== undefined,
        artifacts: job.artifacts.filter((artifact) => artifact.stage === stage),
        created_at: now,
        expires_at: now + request.expires_in_s * 1000,
      };
      await links.save(hashOf(token), link);
      return { token, link };
    },
    async decide(token, { approve, notes, address }) {
      const { link } = await look(token);
      try {
        const decide = approve ? operations.approve : operations.reject;
        const artifact_sha256s = link.artifacts.map((artifact) => artifact.sha256);
        const decision = { stage: link.stage, artifact_sha256s, ...(notes === null ? {} : { notes }) };
        return {
          link,
          job: await decide.call(
            operations,
            link.job_id,
            decision,
            actorOf(link, standingRole(link), address),
          ),
        };
      } catch (error) {
        // Whoever was quicker with the same link: told as that, not as what the gate says to a second decision.
        if (error instanceof Rejection) await find(token);
        throw error;
      }
    },
  };
}

function actorOf({ person, link_id, made_by }: DecisionLink, role: Role, address: string | null): Actor {
  return {
    name: person,
    role,
    origin: { via: "link", token: null, address, link_id, link_made_by: made_by },
  };
}

/** @throws Rejection stage_not_found, gate_already_decided, gate_not_open */
function requireOpen(job: JobState, stage: string): void {
  if (!job.plan.some((planned) => planned.id === stage))
    throw new Rejection("stage_not_found", `The pipeline ${job.pipeline} has no stage ${stage}.`);
  if (job.status === "needs_approval" && job.plan[job.position]?.id === stage) return;
  const gate = job.gates.find((one) => one.stage === stage);
  if (gate && gate.approved !== null)
    throw new Rejection(
      "gate_already_decided",
      `${gate.by} ${gate.approved ? "approved" : "rejected"} ${stage} at ${gate.at}.`,
    );
  throw new Rejection("gate_not_open", `The gate ${stage} is not open; the job is ${job.status}.`);
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
