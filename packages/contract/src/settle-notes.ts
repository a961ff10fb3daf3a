import type { FeedbackNote } from "./feedback.ts";
import type { Beat } from "./storyboard.ts";

/**
 * Gives each note the id that its beat has now: beats are numbered anew with each script, and a note belongs to the beat
 * it was said of, known by its section and what it says. A note whose beat is gone comes back as a sentence in `unmet`
 * instead of being given to a stranger.
 */
export function settleNotes(
  notes: readonly FeedbackNote[],
  beats: readonly Pick<Beat, "id" | "section" | "narration">[],
): { readonly notes: FeedbackNote[]; readonly unmet: string[] } {
  const unmet: string[] = [];
  const settled = notes.flatMap((note): FeedbackNote[] => {
    const { beat_id, beat } = note;
    if (beat_id === null || beat === undefined) return [note];
    const same = (one: (typeof beats)[number]) =>
      one.section === beat.section && (beat.narration === null || one.narration === beat.narration);
    const here = beats.find((one) => one.id === beat_id);
    if (here && same(here)) return [note];
    const [moved, another] = beat.narration === null ? [] : beats.filter(same);
    if (moved && !another) return [{ ...note, beat_id: moved.id }];
    const was = beat.narration === null ? `in “${beat.section}”` : `that says “${beat.narration}”`;
    const now = here ? `${beat_id} is another beat now` : `there is no ${beat_id} any more`;
    const said = note.notes === "" ? "the wish to make it anew" : `“${note.notes}”`;
    unmet.push(`${beat_id}: ${said} was for a beat ${was}, which the storyboard no longer has; ${now}`);
    return [];
  });
  return { notes: settled, unmet };
}
