import type { FeedbackNote } from "@greenlight/contract/feedback";
import { storyboard } from "@greenlight/contract/storyboard";
import { Rejection } from "../domain/commands.ts";
import type { JobState } from "../domain/state.ts";
import type { ObjectStore } from "./ports/object-store.ts";

/** Ids of the beats of the job's storyboard as it stands; null while there is none. */
export async function beatIds(state: JobState, objects: ObjectStore): Promise<readonly string[] | null> {
  const board = state.artifacts.find((a) => a.kind === "storyboard");
  if (!board) return null;
  const { beats } = storyboard.parse(JSON.parse(new TextDecoder().decode(await objects.read(board.sha256))));
  return beats.map((beat) => beat.id);
}

/**
 * Refuses notes on beats that the storyboard has not, or at a stage that makes none.
 * @throws Rejection beat_not_found
 */
export async function requireBeats(
  beats: readonly FeedbackNote[],
  stage: string,
  state: JobState,
  objects: ObjectStore,
): Promise<void> {
  if (beats.length === 0) return;
  const known = await beatIds(state, objects);
  const boardAt = state.plan.findIndex(
    (s) => s.id === state.artifacts.find((a) => a.kind === "storyboard")?.stage,
  );
  if (known === null || state.plan.findIndex((s) => s.id === stage) < boardAt)
    throw new Rejection("beat_not_found", `${stage} comes before the storyboard and makes no beats`, [
      { pointer: "/beats", message: "this stage makes no beats", remedy: "Say it in notes instead." },
    ]);
  const wrong = beats.flatMap(({ beat_id }, index) =>
    beat_id !== null && known.includes(beat_id) ? [] : [{ beat_id, index }],
  );
  if (wrong.length > 0)
    throw new Rejection(
      "beat_not_found",
      `the storyboard has no beat ${wrong.map((w) => w.beat_id).join(", ")}`,
      wrong.map(({ index }) => ({
        pointer: `/beats/${index}/beat_id`,
        message: "no beat has this id",
        remedy: `Use one of ${known.join(", ")}.`,
      })),
    );
}
