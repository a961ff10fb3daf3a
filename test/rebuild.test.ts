/** A changed length of one beat renders that beat alone, and the film is the one a fresh home makes of the changed storyboard. */
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

it("rebuilds one beat to the very film that a fresh home makes of the changed storyboard", async () => {
  const { app, submit, close } = await openHome();
  const { id } = await submit("automated");
  const first = await settled(app, id);
  const board = await boardOf(app, first);
  await app.operations.applyPatch(id, "storyboard", lengthen(board), actor);
  const again = await settled(app, id);
  expect([first.status, again.status]).toEqual(["completed", "completed"]);
  const built = (await app.store.readJob(id, first.version, 1000)).flatMap(({ type, stage, payload }) =>
    type === "stage_completed" ? [[stage, (payload as { items_built: number }).items_built]] : [],
  );
  // The animatic is joined anew as an item of its own; the mix is one item.
  expect(Object.fromEntries(built)).toMatchObject({ assets: 1, animatics: 2, audio: 1, assemble: 1 });
  expect(videoOf(again)).not.toBe(videoOf(first));
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
