import { job } from "@greenlight/contract/job";
import { describe, expect, it } from "vitest";
import type { JobState } from "../domain/state.ts";
import { queuedJob, runningJob, START, uuidAt, waitingJob } from "../http/testing/fake-jobs.ts";
import { toGateStatuses, toJob, toSummary } from "./job-view.ts";

const ID = uuidAt(START, 1);

describe("toJob", () => {
  it("is what the contract calls a job, at every status", () => {
    for (const state of [queuedJob(ID), waitingJob(ID), runningJob(ID)])
      expect(job.strict().parse(toJob(state))).toEqual(toJob(state));
  });

  it("shows a pause that waits, but not from where it was asked for", () => {
    const asked = { by: "Ada", notes: null, now: false, at: new Date(START).toISOString() };
    const origin = { via: "cli", token: "Ada", address: null, link_id: null } as const;
    const state = { ...runningJob(ID), pause_requested: { ...asked, origin } };
    expect(job.strict().parse(toJob(state)).pause_requested).toEqual(asked);
  });

  it("is at no stage before the first and after the last", () => {
    expect(toJob(queuedJob(ID)).stage).toBeNull();
    expect(toJob(runningJob(ID)).stage).toBe("script");
    expect(toJob({ ...runningJob(ID), status: "completed", position: 3 }).stage).toBeNull();
  });

  it("is at a stage again when it was retried from the first", () => {
    const state = queuedJob(ID);
    const [first, ...rest] = state.stages;
    if (first === undefined) throw new Error("no stage");
    expect(toJob({ ...state, stages: [{ ...first, attempt: 1 }, ...rest] }).stage).toBe("outline");
  });

  it("counts only the frame of the attempt under way", () => {
    const frame = { job_id: ID, stage: "script", attempt: 2, fraction: 0.5, message: "" };
    const at = (over: object) => toJob(runningJob(ID), { progress: { ...frame, ...over } }).progress;
    expect(at({})).toBeCloseTo(1.5 / 3);
    for (const over of [{ attempt: 1 }, { stage: "outline" }, { job_id: uuidAt(START, 2) }])
      expect(at(over)).toBeCloseTo(1 / 3);
    expect(at({ fraction: 7 })).toBeLessThanOrEqual(1);
  });

  it("has a place in the queue only while it is queued", () => {
    expect(toSummary(queuedJob(ID), { queue_position: 4 }).queue_position).toBe(4);
    expect(toSummary(runningJob(ID), { queue_position: 4 }).queue_position).toBeNull();
  });
});

describe("toGateStatuses", () => {
  it("never tells a negative time", () => {
    const [late] = toGateStatuses(waitingJob(ID), START + 10_000_000);
    expect(late).toMatchObject({ time_remaining_s: 0, time_elapsed_s: 10_060 });
    const [early] = toGateStatuses(waitingJob(ID), START - 10_000_000);
    expect(early?.time_elapsed_s).toBe(0);
  });

  it("stops counting a gate's time when its job was canceled", () => {
    const state = waitingJob(ID);
    const opened = Date.parse(state.gates.find((gate) => gate.opened_at !== null)?.opened_at ?? "");
    const canceled: JobState = {
      ...state,
      status: "canceled",
      timers: [],
      updated_at: new Date(opened + 90_000).toISOString(),
    };
    const open = toGateStatuses(canceled, opened + 500_000).find((gate) => gate.opened_at !== null);
    expect(open).toMatchObject({ approved: null, time_elapsed_s: 90, time_remaining_s: null });
  });

  it("has no remaining time without a timer", () => {
    const [gate] = toGateStatuses({ ...waitingJob(ID), timers: [] }, START);
    expect(gate).toMatchObject({ time_remaining_s: null, timeout_s: 600, on_timeout: "approve" });
  });
});
