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
export type SettledPatch = { readonly patch: Patch; readonly gone: string | null };

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
  const beats = await beatsIn(board.sha256, objects);
  return ids.flatMap((beat_id): NamedBeat[] => {
    const beat = beats.find(({ id }) => id === beat_id);
    if (!beat) return [];
    const { section, narration } = beat;
    const made = asMade(beat, board.maker).beat;
    if (board.stage === stage) return made ? [{ beat_id, ...made }] : [];
    return [{ beat_id, section, narration: made?.narration ?? narration }];
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
  const recorded = patch_beats.some((beats) => beats.length > 0);
  const beats = recorded ? await beatsFor(stage, state, objects, made) : null;
  return patches.map((patch, index) => {
    const named = patch_beats[index] ?? [];
    if (beats === null || named.length === 0) return { patch, gone: null };
    const ids = new Map<string, string>();
    for (const one of named) {
      const now = idNow(one, beats);
      if (now === null) return { patch, gone: goneOf(one) };
      ids.set(one.beat_id, now);
    }
    return { patch: withBeatIds(patch, ids), gone: null };
  });
}

async function beatsFor(
  stage: StageState,
  state: JobState,
  objects: Objects,
  outputs: readonly StageOutput[],
): Promise<KnownBeat[] | null> {
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

/** A beat that a patch gave other words is still the beat it was made as. */
function idNow({ beat_id, section, narration }: NamedBeat, beats: readonly KnownBeat[]): string | null {
  const idAmong = (known: readonly { id: string; section: string; narration: string }[], words = narration) =>
    settleNotes([{ beat_id, notes: "", beat: { section, narration: words } }], known).notes[0]?.beat_id ??
    null;
  const said = beats.map(({ said, ...beat }) => ({ ...beat, narration: said }));
  const made = beats.map(({ said, ...beat }) => ({ ...beat, narration: beat.made ?? said }));
  const known = idAmong(made) ?? idAmong(said);
  if (known !== null) return known;
  // What its stage made of it cannot be told, so its section must do.
  const hidden = beats.some((beat) => beat.id === beat_id && beat.made === null);
  return hidden ? idAmong(said, null) : null;
}

function goneOf({ beat_id, section, narration }: NamedBeat): string {
  const was = narration === null ? `in “${section}”` : `of “${section}” that says “${narration}”`;
  return `the storyboard no longer has the beat ${was}, which was ${beat_id} when the patch was made`;
}
