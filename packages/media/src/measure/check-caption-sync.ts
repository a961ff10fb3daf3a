import type { AcceptanceCheck, Timing } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import { captionWords } from "./caption-words.ts";
import type { TextCue } from "./parse-captions.ts";
import { timedTokens } from "./timed-tokens.ts";

/** Caption files count whole milliseconds. */
const GRAIN_FRAMES = 0.05;

/** In-times against the first word of each caption, out-times against the last; both in frames. */
export function checkCaptionSync(
  cues: readonly TextCue[] | null,
  timing: Timing | undefined,
  language: string,
  frameS: number,
  profile: QualityProfile,
): AcceptanceCheck[] {
  const row = { group: "captions", unit: "frames", source: "Netflix timed text style guide" };
  const into = {
    ...row,
    id: "caption_in",
    threshold: `within ${profile.caption_in_frames} of the first word`,
  };
  const out = { ...row, id: "caption_out", threshold: `≤ ${profile.caption_out_frames} after the last word` };
  const skip = (why: string) => [skipped(into, why), skipped(out, why)];
  if (cues === null || cues.length === 0) return skip("no captions were given");
  if (timing === undefined) return skip("no word times were given");
  const spoken = timedTokens(timing, language);
  const shown = captionWords(cues, language);
  if (shown.length !== spoken.length || shown.some((entry, i) => entry.word !== spoken[i]?.word)) {
    return skip("the captions' words differ from the spoken words, so no caption can be timed");
  }
  const early: number[] = [];
  const late: number[] = [];
  const failsIn: number[] = [];
  const failsOut: number[] = [];
  for (const [index, cue] of cues.entries()) {
    const first = spoken[shown.findIndex((entry) => entry.cue === index)];
    const last = spoken[shown.findLastIndex((entry) => entry.cue === index)];
    if (first === undefined || last === undefined) continue;
    const inFrames = (cue.start_s - first.start_s) / frameS;
    const outFrames = (cue.end_s - last.end_s) / frameS;
    early.push(inFrames);
    late.push(outFrames);
    if (Math.abs(inFrames) > profile.caption_in_frames + GRAIN_FRAMES) failsIn.push(cue.start_s);
    // A caption that is gone before its last word has ended is as wrong as one that stays.
    if (outFrames > profile.caption_out_frames + GRAIN_FRAMES || outFrames < -1 - GRAIN_FRAMES) {
      failsOut.push(cue.start_s);
    }
  }
  return [
    measured(into, passIf(failsIn.length === 0), farthest(early), { at: failsIn }),
    measured(out, passIf(failsOut.length === 0), farthest(late), { at: failsOut }),
  ];
}

function farthest(values: readonly number[]): number {
  return values.reduce((worst, value) => (Math.abs(value) > Math.abs(worst) ? value : worst), 0);
}
