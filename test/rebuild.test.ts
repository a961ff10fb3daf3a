/** A change rebuilds what it changed and nothing else, and the film is the one a fresh home makes of the changed storyboard. */
import { join } from "node:path";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { expect, it } from "vitest";
import type { App } from "../packages/server/src/app/app.ts";
import type { Actor } from "../packages/server/src/app/ports/operations.ts";
import { compose } from "../packages/server/src/compose.ts";
import { readEnvironment } from "../packages/server/src/config.ts";
import { type JobState, TERMINAL } from "../packages/server/src/domain/state.ts";
import { smallHome } from "./support/server.ts";

const actor: Actor = {
  name: "test",
  role: "admin",
  origin: { via: "cli", token: null, address: null, link_id: null },
};

async function openHome() {
  const { home, brief, remove } = smallHome();
  const app = await compose({
    home,
    env: readEnvironment({}),
    overrides: { http: false, log_level: "error" },
  });
  await app.start();
  const submit = (mode: "automated" | "interactive") =>
    app.operations.submit(
      { slug: "honey", intent: "explain", brief, pipeline: "explainer", mode, priority: 0, seed: 9 },
      actor,
      { base_dir: join(home, "uploads") },
    );
  const close = async () => {
    await app.close();
    remove();
  };
  return { app, submit, close };
}

/** Waits until the job has ended or, at a gate, asks. */
async function settled(app: App, id: string): Promise<JobState> {
  for (;;) {
    const state = await app.store.load(id);
    if (state && (TERMINAL.has(state.status) || state.status === "needs_approval")) return state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const videoOf = (state: JobState) => state.artifacts.find(({ kind }) => kind === "video")?.sha256;

async function boardOf(app: App, state: JobState): Promise<Storyboard> {
  const found = state.artifacts.find(({ kind }) => kind === "storyboard");
  const bytes = await app.objects.read(found?.sha256 ?? "");
  return storyboard.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

function lengthen({ beats }: Storyboard) {
  // A beat that blends into the next: the one behind it must not be rendered either.
  const at = beats.findIndex((_, index) => (beats[index + 1]?.transition ?? "cut") !== "cut");
  const beat = beats[at];
  if (!beat) throw new Error("no beat of the film blends into the next");
  const duration = Math.round((beat.duration_s + 1) * 1e6) / 1e6;
  return { type: "duration_adjust" as const, beat_adjustments: [{ beat_id: beat.id, duration }] };
}

/** Items of each stage that ran since: made anew, and taken as they were. */
async function itemsSince(app: App, { id, version }: JobState) {
  const events = await app.store.readJob(id, version, 1000);
  type Items = { readonly items_built: number; readonly items_reused: number };
  return Object.fromEntries(
    events.flatMap(({ type, stage, payload }) => {
      if (type !== "stage_completed") return [];
      const { items_built: built, items_reused: reused } = payload as Items;
      return [[stage, { built, reused }]];
    }),
  );
}

it("rebuilds one beat to the very film that a fresh home makes of the changed storyboard", async () => {
  const { app, submit, close } = await openHome();
  const { id } = await submit("automated");
  const first = await settled(app, id);
  const board = await boardOf(app, first);
  await app.operations.applyPatch(id, "storyboard", lengthen(board), actor);
  const again = await settled(app, id);
  expect([first.status, again.status]).toEqual(["completed", "completed"]);
  const beats = board.beats.length;
  const spoken = board.beats.filter(({ narration }) => narration.trim() !== "").length;
  expect(await itemsSince(app, first)).toMatchObject({
    assets: { built: 1 },
    // The beat, the voice on its new clock, and the preview of both.
    animatics: { built: 3, reused: beats - 1 + spoken },
    audio: { built: 1, reused: spoken },
    // The beat and the mix, encoded.
    assemble: { built: 2, reused: beats - 1 },
  });
  expect(videoOf(again)).not.toBe(videoOf(first));

  const quieter = { type: "level_adjust" as const, track: "music" as const, level_change_db: -3 };
  await app.operations.applyPatch(id, "audio", quieter, actor);
  const third = await settled(app, id);
  expect(await itemsSince(app, again)).toMatchObject({
    audio: { built: 1, reused: spoken },
    assemble: { built: 1, reused: beats },
  });
  expect(videoOf(third)).not.toBe(videoOf(again));
  await close();

  const fresh = await openHome();
  const other = await fresh.submit("interactive");
  let state = await settled(fresh.app, other.id);
  while (state.status === "needs_approval") {
    const stage = state.plan[state.position]?.id ?? "";
    const { artifact_sha256s = [] } = state.gates.find((gate) => gate.stage === stage) ?? {};
    const patch = stage === "storyboard" ? { patch: lengthen(board) } : {};
    await fresh.app.operations.approve(other.id, { stage, artifact_sha256s, ...patch }, actor);
    state = await settled(fresh.app, other.id);
  }
  expect(state.status).toBe("completed");
  expect(videoOf(state)).toBe(videoOf(again));
  await fresh.close();
}, 300_000);
