import { patchKindList } from "@greenlight/contract/api";
import { patch } from "@greenlight/contract/patch";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, expect, it } from "vitest";
import { patchKinds } from "../patch-kinds.ts";
import { START, uuidAt, waitingJob } from "../testing/fake-jobs.ts";
import { ADMIN, type Bench, httpBench } from "../testing/http-bench.ts";

const JOB = uuidAt(START, 1);
let bench: Bench;
beforeEach(async () => {
  bench = await httpBench();
  bench.store.jobs.set(JOB, waitingJob(JOB));
});
afterEach(() => bench.close());

const RED = { type: "beat_edit", beat_id: "b01", set: { colour: "red" } };
const apply = (payload: object) =>
  bench.ask({ method: "POST", url: `/api/v1/jobs/${JOB}/patches/script/apply`, payload });

it("lists every kind of the contract with a schema and an example", async () => {
  const { types } = patchKindList.parse((await bench.ask({ url: "/api/v1/patches/types" })).json());
  expect(types.map((kind) => kind.type)).toEqual(patch.options.map((option) => option.shape.type.value));
});

it.each(patchKinds())(
  "$type: its example is a patch of that type, and its schema names its fields",
  (kind) => {
    expect(patch.parse(kind.example)).toEqual(kind.example);
    expect(kind.example.type).toBe(kind.type);
    const { properties, required } = kind.schema as { properties: object; required: string[] };
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(kind.example)));
    expect(Object.keys(kind.example)).toEqual(expect.arrayContaining(required));
  },
);

it.each(patchKinds())("$type: its example passes through to the operations", async ({ example }) => {
  expect((await apply(example)).statusCode).toBe(200);
  expect(bench.operations.calls).toEqual([{ name: "applyPatch", args: [JOB, "script", example, ADMIN] }]);
});

it("says when a patch changes nothing, and which field is wrong", async () => {
  const same = await apply({ type: "text_replace", replacements: [{ old: "a", new: "a" }] });
  expect(problem.parse(same.json())).toMatchObject({ status: 422, code: "patch_no_change" });
  const wrong = problem.parse((await apply(RED)).json());
  expect(wrong).toMatchObject({ status: 422, code: "patch_invalid" });
  expect(wrong.errors?.[0]?.pointer).toBe("/set/colour");
  const twice = await apply({
    type: "duration_adjust",
    beat_adjustments: [
      { beat_id: "b01", duration: 5 },
      { beat_id: "b01", duration: 6 },
    ],
  });
  expect(problem.parse(twice.json()).errors?.[0]?.pointer).toBe("/beat_adjustments");
  const unknown = problem.parse((await apply({ type: "paint" })).json());
  expect(unknown).toMatchObject({ status: 422, code: "patch_invalid", errors: [{ pointer: "/type" }] });
  const loud = problem.parse((await apply({ type: "level_adjust", level_change_db: -25 })).json());
  expect(loud).toMatchObject({
    ...{ status: 422, code: "patch_invalid" },
    errors: [{ pointer: "/level_change_db", remedy: "Send at least -24." }],
  });
});

it.each([
  ["approve", { stage: "script", patch: RED }, 422, "patch_invalid", "/patch/set/colour"],
  ["reject", { stage: "script", patch: { type: "paint" } }, 422, "patch_invalid", "/patch/type"],
  ["resume", { patch: "redder" }, 422, "patch_invalid", "/patch"],
  ["approve", { patch: RED }, 400, "invalid_field", "/stage"],
  ["retry", { patch: RED }, 400, "invalid_field", "/patch"],
])("%s %j: %i %s", async (ask, payload, status, code, pointer) => {
  const answer = await bench.ask({ method: "POST", url: `/api/v1/jobs/${JOB}/${ask}`, payload });
  const told = problem.parse(answer.json());
  expect([answer.statusCode, told.code]).toEqual([status, code]);
  expect(told.errors?.map((e) => e.pointer)).toContain(pointer);
});
