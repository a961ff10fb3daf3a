import { uuid7Ids } from "../../adapters/ids/uuid7.ts";
import type { SqliteStore } from "../../adapters/store/sqlite.ts";
import type { GateDecision } from "../../domain/commands.ts";
import { fixtureCfg } from "../../domain/testing/fixtures.ts";
import { completion, creation, JOB_ID, output, planned } from "../../domain/testing/scenario.ts";
import { createCommandBus } from "../command-bus.ts";
import { createDecisionLinks } from "../decision-links.ts";
import type { Actor, Operations } from "../ports/operations.ts";
import { rememberingLogger } from "./engine.ts";

/** Decision links over the real bus and a database. */
export function linkBench(store: SqliteStore) {
  const clock = { now: () => Date.now(), steady: () => null };
  const bus = createCommandBus({ store, ids: uuid7Ids, clock, log: rememberingLogger([]) });
  const decide =
    (type: "approve_gate" | "reject_gate"): Operations["approve"] =>
    (jobId, { stage, notes = null, artifact_sha256s }, actor) => {
      const gate: GateDecision = {
        stage,
        by: actor.name,
        notes,
        artifact_sha256s,
        patch: null,
        keep_lane: false,
      };
      return bus.handle(jobId, { type, ...gate }, actor.origin);
    };
  const operations = { approve: decide("approve_gate"), reject: decide("reject_gate") };
  return {
    bus,
    links: createDecisionLinks({ links: store.decisionLinks, store, operations, clock, ids: uuid7Ids }),
    /** A job that waits at the gate `script` for so many approvals. */
    async waiting(min_approvals = 1): Promise<string> {
      const plan = [planned("script", { required: true, min_approvals }), planned("audio")];
      await bus.handle(JOB_ID, { ...creation(plan), cfg: fixtureCfg() } as ReturnType<typeof creation>);
      const { running } = await bus.handle(JOB_ID, { type: "start_job" });
      await bus.handle(JOB_ID, completion(running?.token ?? -1, [output("script.md")]));
      return JOB_ID;
    },
  };
}

export const ADMIN: Actor = {
  name: "admin",
  role: "admin",
  origin: { via: "http", token: "admin", address: null, link_id: null },
};
