import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { measured, skipped } from "./acceptance-check.ts";
import { captionWords, spokenWords } from "./caption-words.ts";
import type { TextCue } from "./parse-captions.ts";

/** Each place captions are delivered in; null = it was not given, or the film has no such track. */
export type CaptionSets = {
  readonly srt: readonly TextCue[] | null;
  readonly vtt: readonly TextCue[] | null;
  readonly track: readonly TextCue[] | null;
};

/** The words of the SRT file, the WebVTT file and the film's own track against the storyboard's narration, in order. */
export function checkCaptionText(sets: CaptionSets, storyboard: Storyboard | undefined): AcceptanceCheck[] {
  const row = {
    group: "captions",
    threshold: "the narration's words, in order",
    unit: "",
    source: "the storyboard",
  };
  const places = [
    { id: "caption_text", cues: sets.srt, missing: "no SRT file was given" },
    { id: "caption_text_vtt", cues: sets.vtt, missing: "no WebVTT file was given" },
    { id: "caption_track", cues: sets.track, missing: "the film has no subtitle track" },
  ];
  return places.map(({ id, cues, missing }) => {
    if (storyboard === undefined) return skipped({ ...row, id }, "no storyboard was given");
    const words = storyboard.beats.flatMap((beat) => spokenWords(beat.narration, storyboard.language));
    if (cues === null) return skipped({ ...row, id }, missing);
    return compare({ ...row, id }, words, cues, storyboard.language);
  });
}

function compare(
  row: Parameters<typeof measured>[0],
  spoken: readonly string[],
  cues: readonly TextCue[],
  language: string,
): AcceptanceCheck {
  const shown = captionWords(cues, language);
  const first = spoken.findIndex((word, i) => shown[i]?.word !== word);
  const at = first < 0 ? (shown.length > spoken.length ? spoken.length : -1) : first;
  if (at < 0) return measured(row, "PASS", `${spoken.length} words equal`);
  const cue = cues[shown[at]?.cue ?? cues.length - 1];
  return measured(row, "FAIL", `${at} of ${spoken.length} words equal`, {
    at: cue === undefined ? [] : [cue.start_s],
    note: `${difference(
      spoken,
      shown.map((entry) => entry.word),
    )}; first where the narration says “${spoken[at] ?? "nothing more"}” and the caption “${shown[at]?.word ?? "nothing more"}”`,
  });
}

/** Says whether words are missing, added or only out of order. */
function difference(spoken: readonly string[], shown: readonly string[]): string {
  const balance = new Map<string, number>();
  for (const word of spoken) balance.set(word, (balance.get(word) ?? 0) + 1);
  for (const word of shown) balance.set(word, (balance.get(word) ?? 0) - 1);
  const missing = [...balance.values()].reduce((sum, n) => sum + Math.max(0, n), 0);
  const added = [...balance.values()].reduce((sum, n) => sum + Math.max(0, -n), 0);
  if (missing === 0 && added === 0) return "the words are in another order";
  return `${missing} words missing, ${added} added`;
}
