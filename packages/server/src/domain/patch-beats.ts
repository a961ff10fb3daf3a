import type { Patch } from "@greenlight/contract/patch";

/**
 * A beat that a patch names, with what it was when the patch was made: beats are numbered anew with each script, and a
 * patch belongs to its beat, not to the id. `narration`: as its stage made it; null where that is not known.
 */
export type NamedBeat = {
  readonly beat_id: string;
  readonly section: string;
  readonly narration: string | null;
};

/** Ids of the beats that a patch is for; none where it is for the whole of an artifact. */
export function beatsNamed(patch: Patch): string[] {
  switch (patch.type) {
    case "duration_adjust":
      return patch.beat_adjustments.map((one) => one.beat_id);
    case "beat_edit":
    case "asset_replace":
      return [patch.beat_id];
    case "level_adjust":
      return patch.beat_id === undefined ? [] : [patch.beat_id];
    default:
      return [];
  }
}

/** The patch for the same beats where their ids are others now; an id that `ids` has not stays. */
export function withBeatIds(patch: Patch, ids: ReadonlyMap<string, string>): Patch {
  const now = (id: string) => ids.get(id) ?? id;
  switch (patch.type) {
    case "duration_adjust":
      return {
        ...patch,
        beat_adjustments: patch.beat_adjustments.map((one) => ({ ...one, beat_id: now(one.beat_id) })),
      };
    case "beat_edit":
    case "asset_replace":
      return { ...patch, beat_id: now(patch.beat_id) };
    case "level_adjust":
      return patch.beat_id === undefined ? patch : { ...patch, beat_id: now(patch.beat_id) };
    default:
      return patch;
  }
}
