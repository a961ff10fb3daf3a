import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { Patch } from "@greenlight/contract/patch";
import { settleNotes } from "@greenlight/contract/settle-notes";
import { beatsNamed, type NamedBeat, withBeatIds } from "../domain/patch-beats.ts";
import type { JobState, StageState } from "../domain/state.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { StageOutput } from "./ports/stage-executor.ts";
import { asMade, beatsIn, boardOf } from "./storyboard-beats.ts";

type Objects = Pick<ObjectStore, "read">;

/** `said`: its narration now; `made`: as its stage made it, null where a patch has hidden that. */
type KnownBeat = {
  readonly id: string;
  readonly section: string;
  readonly said: string;
  readonly made: string | null;
};

/** A kept patch under the ids that its beats have now; `gone` says which of them the storyboard no longer has. */
export type SettledPatch = {
  readonly patch: Patch;
  readonly gone: string | null;
  /** The notes that are newer than the patch, under the ids of now as well. */
  readonly newer: readonly FeedbackNote[];
};

/**
 * What the beats that a patch of this stage names are now. Without those of which nothing is known but the id: the
 * content of the whole storyboard came from a patch.
 */
export async function namedBeats(
  patch: Patch,
  stage: string,
  state: JobState,
  objects: Objects,
): Promise<NamedBeat[]> {
  const ids = beatsNamed(patch);
  const board = ids.length > 0 ? boardOf(state) : null;
  if (board === null) return [];
  const beats = (await beatsIn(board.sha256, objects)).flatMap((beat): NamedBeat[] => {
    const { id: beat_id, section, narration } = beat;
    const made = asMade(beat, board.maker).beat;
    if (board.stage === stage) return made ? [{ beat_id, ...made }] : [];
    return [{ beat_id, section, narration: made?.narration ?? narration }];
  });
  return beats
    .filter(({ beat_id }) => ids.includes(beat_id))
    .map((beat) => {
      const alike = beats.filter((o) => o.section === beat.section && o.narration === beat.narration);
      // Words that two beats say, silent ones above all, do not tell them apart.
      return alike.length > 1 ? { ...beat, narration: null } : beat;
    });
}

/**
 * The patches kept with a stage, in their order, each for the beats it was made for: those of `made` where the stage has
 * just made the storyboard, else those of the storyboard that stands. A patch without a record of its beats stays.
 */
export async function settlePatches(
  stage: StageState,
  state: JobState,
  objects: Objects,
  made: readonly StageOutput[] = [],
): Promise<SettledPatch[]> {
  const { patches, patch_beats = [] } = stage;
  const beats = await beatsFor(stage, state, objects, made);
  return patches.map((patch, index) => {
    const named = patch_beats[index] ?? [];
    const after = stage.feedback.slice(stage.notes_before[index]);
    const newer = beats === null ? after : settleNotes(after, saidNow(beats)).notes;
    if (beats === null || named.length === 0) return { patch, gone: null, newer };
    const ids = new Map<string, string>();
    for (const one of named) {
      const now = idNow(one, beats);
      if (now === null) return { patch, gone: goneOf(one), newer };
      ids.set(one.beat_id, now);
    }
    return { patch: withBeatIds(patch, ids), gone: null, newer };
  });
}

/** Null where they are not needed, or the stage comes before the storyboard. */
async function beatsFor(
  stage: StageState,
  state: JobState,
  objects: Objects,
  outputs: readonly StageOutput[],
): Promise<KnownBeat[] | null> {
  if (!stage.patch_beats?.some((beats) => beats.length > 0)) return null;
  const fresh = outputs.find((output) => output.kind === "storyboard");
  if (fresh)
    return (await beatsIn(fresh.sha256, objects)).map(({ id, section, narration }) => ({
      ...{ id, section, said: narration, made: narration },
    }));
  const board = boardOf(state);
  const at = (id: string) => state.plan.findIndex((planned) => planned.id === id);
  if (board === null || at(board.stage) >= at(stage.id)) return null;
  return (await beatsIn(board.sha256, objects)).map((beat) => ({
    ...{ id: beat.id, section: beat.section, said: beat.narration },
    made: asMade(beat, board.maker).beat?.narration ?? null,
  }));
}

function saidNow(beats: readonly KnownBeat[]) {
  return beats.map(({ said, ...beat }) => ({ ...beat, narration: said }));
}

/** A beat that a patch gave other words is still the beat it was made as. */
function idNow({ beat_id, section, narration }: NamedBeat, beats: readonly KnownBeat[]): string | null {
  const idAmong = (known: readonly { id: string; section: string; narration: string }[], words = narration) =>
    settleNotes([{ beat_id, notes: "", beat: { section, narration: words } }], known).notes[0]?.beat_id ??
    null;
  const said = saidNow(beats);
  const made = beats.map(({ said, ...beat }) => ({ ...beat, narration: beat.made ?? said }));
  const known = idAmong(made) ?? idAmong(said);
  if (known !== null) return known;
  // What its stage made of it cannot be told, so its section must do.
  const hidden = beats.some((beat) => beat.id === beat_id && beat.made === null);
  return hidden ? idAmong(said, null) : null;
}

function goneOf({ beat_id, section, narration }: NamedBeat): string {
  const said = narration === null ? "" : ` and ${narration === "" ? "said nothing" : `said “${narration}”`}`;
  return `the storyboard no longer has the beat ${beat_id} that the patch was made for: it was in “${section}”${said}`;
}
