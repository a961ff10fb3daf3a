import type { Origin } from "@greenlight/contract/origin";
import { uuid7Ids } from "../../adapters/ids/uuid7.ts";
import type { Command, PreparedPatch } from "../../domain/commands.ts";
import { fixtureCfg } from "../../domain/testing/fixtures.ts";
import {
  completion,
  creation,
  decision,
  JOB_ID,
  output,
  planned,
  T0,
} from "../../domain/testing/scenario.ts";
import { type CommandSource, createCommandBus } from "../command-bus.ts";
import type { EventStore } from "../ports/event-store.ts";
import { rememberingLogger } from "./engine.ts";

const ADA: Origin = { via: "http", token: "Ada", address: "10.0.0.7", link_id: null };
const LINK: Origin = { via: "link", token: null, address: "10.0.0.9", link_id: "link-1" };
const TIMER: Origin = { via: "timer", token: null, address: null, link_id: null };

const script = output("script.md");
const second = output("script.md", "second");
const third = output("script.md", "third");

/** Goes from one version of the script to the next. */
function patchTo(base: typeof script, next: typeof script): PreparedPatch {
  const { sha256, size_bytes } = next;
  return {
    patch: { type: "text_replace", replacements: [{ old: "tide", new: "tides" }] },
    effect: { kind: "content", artifact_id: base.id, base_sha256: base.sha256, sha256, size_bytes },
  };
}

/**
 * A job in `store` to which everything an audit tells of has happened: a reminder, patches at an open gate and behind
 * it, a decision through a link, a voided approval, a pause, a reject with beats, a resume, a cancel and a retry.
 */
export async function auditedJob(store: EventStore): Promise<string> {
  let now = T0;
  const bus = createCommandBus({
    ...{ store, ids: uuid7Ids, clock: { now: () => now, steady: () => null } },
    log: rememberingLogger([]),
  });
  const act = (command: CommandSource, origin?: Origin) => {
    now += 1000;
    return bus.handle(JOB_ID, command, origin);
  };
  const complete = (...made: (typeof script)[]) =>
    act((state): Command => completion(state.running?.token ?? -1, made));
  const plan = [
    planned("script", { required: true, remind_after_s: 60 }),
    planned("storyboard"),
    planned("audio"),
  ];
  await act({ ...creation(plan), ...{ cfg: fixtureCfg(), submitted_by: "Ada" } } as Command, ADA);
  await act({ type: "start_job" });
  await complete(script);
  now += 60_000;
  await act((state): Command => ({ type: "fire_timer", timer_id: state.timers[0]?.id ?? "" }), TIMER);
  await act({ type: "apply_patch", by: "Ada", stage: "script", patch: patchTo(script, second) }, ADA);
  await act(decision("approve_gate", "script", { by: "Bea", notes: "Good \ud83d." }), LINK);
  await act({ type: "pause_job", by: "Ada", now: false }, ADA);
  await complete(output("storyboard.json"));
  await act({ type: "resume_job", by: "Ada", stage: null, notes: null, patch: null }, ADA);
  await act({ type: "apply_patch", by: "Ada", stage: "script", patch: patchTo(second, third) }, ADA);
  const beats = [{ beat_id: "b01", notes: "slower" }];
  await act({ ...decision("reject_gate", "script", { by: "Bea", notes: "No." }), beats } as Command, ADA);
  await act({ type: "cancel_job", by: "Ada", notes: "Enough." }, ADA);
  await act({ type: "retry_job", by: "Ada", from_stage: "script", keep_patches: false }, ADA);
  return JOB_ID;
}
