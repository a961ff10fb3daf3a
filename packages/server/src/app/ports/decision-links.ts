import type { Artifact } from "@greenlight/contract/artifact";
import type { CreateDecisionLink } from "@greenlight/contract/decision-link";
import type { JobState } from "../../domain/state.ts";
import type { Actor } from "./operations.ts";

/** A link that lets one person decide one gate once; times in milliseconds since the epoch. */
export type DecisionLink = {
  readonly link_id: string;
  readonly job_id: string;
  readonly stage: string;
  readonly person: string;
  readonly made_by: string;
  /** Whether the person had a token of their own when the link was made. */
  readonly had_token: boolean;
  /** As they stood when the link was made. */
  readonly artifacts: readonly Artifact[];
  readonly created_at: number;
  readonly expires_at: number;
  /** When the first event that came through it was made. */
  readonly used_at: number | null;
};

/** Links by the SHA-256, in hex, of what is secret in them. What spends one is an append (see EventStore). */
export interface DecisionLinkStore {
  save(tokenSha256: string, link: Omit<DecisionLink, "used_at">): Promise<void>;
  find(tokenSha256: string): Promise<DecisionLink | undefined>;
}

/** What HTTP asks of decision links. */
export interface DecisionLinks {
  /** @throws Rejection gate_not_open, job_not_found, role_not_allowed */
  create(
    jobId: string,
    stage: string,
    request: CreateDecisionLink,
    actor: Actor,
  ): Promise<{ readonly token: string; readonly link: Omit<DecisionLink, "used_at"> }>;
  /** @throws Rejection link_not_found, link_used, link_expired, link_revoked */
  find(token: string): Promise<DecisionLink>;
  /**
   * The link and the job whose gate it can still decide. Changes nothing.
   * @throws Rejection as `find` does, and gate_not_open, gate_already_decided, gate_stale_artifact
   */
  look(token: string): Promise<{ readonly link: DecisionLink; readonly job: JobState }>;
  /**
   * Decides with the link, which is then used; one that is refused stays as it was.
   * @throws Rejection as `look` does, and whatever the domain refuses
   */
  decide(
    token: string,
    decision: { readonly approve: boolean; readonly notes: string | null; readonly address: string | null },
  ): Promise<{ readonly link: DecisionLink; readonly job: JobState }>;
}
