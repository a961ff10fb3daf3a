import type { FeedbackNote } from "@greenlight/contract/feedback";
import { type Beat, storyboard } from "@greenlight/contract/storyboard";
import { Rejection } from "../domain/commands.ts";
import type { JobState, StageState } from "../domain/state.ts";
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
  const board = boardOf(state);
  const boardAt = state.plan.findIndex((s) => s.id === board?.stage);
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
  const maker = stage === board?.stage ? board.maker : undefined;
  return notes.map((note) => {
    const beat = beats.find((one) => one.id === note.beat_id);
    return beat ? { ...note, ...asMade(beat, maker) } : note;
  });
}

async function beatsOf(state: JobState, objects: ObjectStore): Promise<readonly Beat[] | null> {
  const board = boardOf(state);
  return board && beatsIn(board.sha256, objects);
}

type Maker = Pick<StageState, "patches" | "patch_beats">;

/** Where the job's storyboard is, and the stage that made it; null while there is none. */
export function boardOf(
  state: JobState,
): { readonly sha256: string; readonly stage: string; readonly maker: Maker | undefined } | null {
  const board = state.artifacts.find((a) => a.kind === "storyboard");
  if (!board) return null;
  const { sha256, stage } = board;
  return { sha256, stage, maker: state.stages.find((s) => s.id === stage) };
}

/** The beats of a stored storyboard. @throws whatever the store throws; ZodError where it is none */
export async function beatsIn(sha256: string, objects: Pick<ObjectStore, "read">): Promise<readonly Beat[]> {
  return storyboard.parse(JSON.parse(new TextDecoder().decode(await objects.read(sha256)))).beats;
}

/** What is known of a beat as its stage made it, before the maker's patches; nothing where they hide it. */
export function asMade(
  { id, section, narration }: Beat,
  { patches, patch_beats = [] }: Maker = { patches: [] },
): Pick<FeedbackNote, "beat"> {
  if (patches.some((p) => p.type === "replace" || p.type === "revert" || p.type === "json_patch")) return {};
  let made: string | null = narration;
  for (const [index, patch] of patches.entries()) {
    if (patch.type !== "beat_edit" || patch.set.narration === undefined) continue;
    const [was] = patch_beats[index] ?? [];
    // Its id may have changed since; its words are those the patch gave it.
    if (was && was.section === section && patch.set.narration === narration) made = was.narration;
    else if (!was && patch.beat_id === id) made = null;
  }
  return { beat: { section, narration: made } };
}
