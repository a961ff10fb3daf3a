import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { Patch } from "@greenlight/contract/patch";
import type { StageOutput } from "./ports/stage-executor.ts";

type Changed = Pick<StageOutput, "name" | "meta">;

/**
 * One sentence for each note that a kept patch leaves without effect, so that nobody looks in vain for what was asked.
 * `notes` came after the patch was made (older ones were seen with it); `changed` are the outputs that it changed now.
 */
export function notesUnderPatch(
  patch: Patch,
  notes: readonly FeedbackNote[],
  changed: readonly Changed[],
): string[] {
  const covers = coverOf(patch, changed);
  if (covers === null) return [];
  const names = changed.map((output) => output.name).join(", ");
  return notes.flatMap((note) => {
    const under = covers(note);
    if (under === null) return [];
    const wish = note.notes === "" ? "the wish to make it anew" : `“${note.notes}”`;
    const said = `${note.beat_id === null ? "" : `${note.beat_id}: `}${wish}`;
    const effect = under === "all" ? `changes nothing in ${names}` : `does not reach a part of ${names}`;
    return [
      `${said} ${effect}: the kept ${titleOf(patch)} stands over it; let it go with keep_patches: false`,
    ];
  });
}

/** How much of what a note asks for the patch decides instead; null where it never covers any. */
function coverOf(
  patch: Patch,
  changed: readonly Changed[],
): ((note: FeedbackNote) => "all" | "part" | null) | null {
  switch (patch.type) {
    case "replace":
      return () => "all";
    case "revert": {
      const beats = new Set(changed.map((output) => output.meta.beat_id));
      if (beats.has(undefined)) return () => "all";
      return ({ beat_id }) => (beat_id === null ? "part" : beats.has(beat_id) ? "all" : null);
    }
    case "asset_replace":
      return ({ beat_id }) => (beat_id === patch.beat_id ? "all" : null);
    case "beat_edit":
      return ({ beat_id }) => (beat_id === patch.beat_id ? "part" : null);
    case "duration_adjust":
      return ({ beat_id }) => (patch.beat_adjustments.some((one) => one.beat_id === beat_id) ? "part" : null);
    case "section_replace":
    case "json_patch":
      return () => "part";
    default:
      return null;
  }
}

function titleOf(patch: Patch): string {
  return patch.type === "revert" ? `revert to version ${patch.version}` : patch.type;
}
