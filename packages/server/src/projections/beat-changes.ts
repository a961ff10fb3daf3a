import type { BeatChange } from "@greenlight/contract/comparison";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { jsonChanges } from "./json-changes.ts";

/** The beats that are not as they were, in the new order, then those that are gone. */
export function beatChanges(before: Storyboard, after: Storyboard): BeatChange[] {
  const place = (board: Storyboard) => new Map(board.beats.map((beat, index) => [beat.id, index]));
  const [old, fresh] = [place(before), place(after)];
  const kept = after.beats.map((b) => b.id).filter((id) => old.has(id));
  const keptBefore = before.beats.map((b) => b.id).filter((id) => fresh.has(id));
  const stayed = commonOrder(keptBefore, kept);
  const now = after.beats.map((beat, to_index): BeatChange => {
    const from_index = old.get(beat.id) ?? null;
    const was = from_index === null ? undefined : before.beats[from_index];
    return {
      beat_id: beat.id,
      from_index,
      to_index,
      moved: was !== undefined && !stayed.has(beat.id),
      fields: was ? jsonChanges(was, beat) : [],
    };
  });
  const gone = before.beats.flatMap((beat, from_index): BeatChange[] =>
    fresh.has(beat.id) ? [] : [{ beat_id: beat.id, from_index, to_index: null, moved: false, fields: [] }],
  );
  return [...now.filter((b) => b.from_index === null || b.moved || b.fields.length > 0), ...gone];
}

/** Ids of a longest sequence in the same order in both, so that as few beats as possible count as moved. */
function commonOrder(before: readonly string[], after: readonly string[]): Set<string> {
  const rank = new Map(before.map((id, index) => [id, index]));
  const best: { id: string; rank: number; length: number; previous: number }[] = [];
  let end = -1;
  for (const [index, id] of after.entries()) {
    const mine = rank.get(id) ?? 0;
    let previous = -1;
    for (const [at, one] of best.entries())
      if (one.rank < mine && one.length > (best[previous]?.length ?? 0)) previous = at;
    const length = (best[previous]?.length ?? 0) + 1;
    best.push({ id, rank: mine, length, previous });
    if (length > (best[end]?.length ?? 0)) end = index;
  }
  const kept = new Set<string>();
  for (let one = best[end]; one; one = best[one.previous]) kept.add(one.id);
  return kept;
}
