import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { Patch } from "@greenlight/contract/patch";
import { type Beat, storyboard } from "@greenlight/contract/storyboard";
import { Rejection } from "../domain/commands.ts";
import type { JobState } from "../domain/state.ts";
import type { ObjectStore } from "./ports/object-store.ts";

/** Ids of the beats of the job's storyboard as it stands; null while there is none. */
export async function beatIds(state: JobState, objects: ObjectStore): Promise<readonly string[] | null> {
  return (await beatsOf(state, objects))?.map((beat) => beat.id) ?? null;
}

/**
 * The notes, each with what its beat is now. Refuses notes on beats that the storyboard has not, or at a stage that
 * makes none.
 * @throws Rejection beat_not_found
 */
export async function notesOnBeats(
  notes: readonly FeedbackNote[],
  stage: string,
  state: JobState,
  objects: ObjectStore,
): Promise<FeedbackNote[]> {
  if (notes.length === 0) return [];
  const beats = await beatsOf(state, objects);
  const boardStage = state.artifacts.find((a) => a.kind === "storyboard")?.stage;
  const boardAt = state.plan.findIndex((s) => s.id === boardStage);
  if (beats === null || state.plan.findIndex((s) => s.id === stage) < boardAt)
    throw new Rejection("beat_not_found", `${stage} comes before the storyboard and makes no beats`, [
      { pointer: "/beats", message: "this stage makes no beats", remedy: "Say it in notes instead." },
    ]);
  const wrong = notes.flatMap(({ beat_id }, index) =>
    beats.some((beat) => beat.id === beat_id) ? [] : [{ beat_id, index }],
  );
  if (wrong.length > 0)
    throw new Rejection(
      "beat_not_found",
      `the storyboard has no beat ${wrong.map((w) => w.beat_id).join(", ")}`,
      wrong.map(({ index }) => ({
        pointer: `/beats/${index}/beat_id`,
        message: "no beat has this id",
        remedy: `Use one of ${beats.map((beat) => beat.id).join(", ")}.`,
      })),
    );
  // The stage that makes the storyboard meets its beats as they were before its patches are laid over them.
  const patches = stage === boardStage ? (state.stages.find((s) => s.id === stage)?.patches ?? []) : [];
  return notes.map((note) => {
    const beat = beats.find((one) => one.id === note.beat_id);
    return beat ? { ...note, ...asMade(beat, patches) } : note;
  });
}

async function beatsOf(state: JobState, objects: ObjectStore): Promise<readonly Beat[] | null> {
  const board = state.artifacts.find((a) => a.kind === "storyboard");
  if (!board) return null;
  return storyboard.parse(JSON.parse(new TextDecoder().decode(await objects.read(board.sha256)))).beats;
}

/** What is known of a beat as its stage made it. */
function asMade({ id, section, narration }: Beat, patches: readonly Patch[]): Pick<FeedbackNote, "beat"> {
  if (patches.some((p) => p.type === "replace" || p.type === "revert" || p.type === "json_patch")) return {};
  const written = patches.some(
    (p) => p.type === "beat_edit" && p.beat_id === id && p.set.narration !== undefined,
  );
  return { beat: { section, narration: written ? null : narration } };
}
