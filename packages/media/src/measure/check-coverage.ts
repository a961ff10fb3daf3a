import type { AcceptanceCheck, Timing } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import { spokenWords } from "./caption-words.ts";
import type { PictureMeasures } from "./decode-picture.ts";
import { type Interval, lengthOf, overlap } from "./interval.ts";
import { type LevelEnvelope, levelBetween } from "./level-envelope.ts";
import type { TextCue } from "./parse-captions.ts";
import { timedTokens } from "./timed-tokens.ts";

/** A sentence this far below the middle sentence is taken as not spoken (music may still play). */
const QUIET_DB = 12;

type Sentence = Interval & { readonly text: string };

/** Every sentence of the narration is heard, has a caption and has a picture, as measured at the time it is due. */
export function checkCoverage(
  given: {
    readonly storyboard: Storyboard | undefined;
    readonly timing: Timing | undefined;
    readonly cues: readonly TextCue[] | null;
    /** Levels of the voice alone if there is a stem, else of the film. */
    readonly voice: LevelEnvelope | null;
    readonly picture: PictureMeasures | null;
  },
  profile: QualityProfile,
): AcceptanceCheck {
  const row = {
    id: "sentence_coverage",
    group: "captions",
    threshold: "every sentence heard, captioned and shown",
    unit: "",
    source: "the storyboard",
  };
  const { storyboard, timing, cues, voice, picture } = given;
  if (storyboard === undefined || timing === undefined)
    return skipped(row, "no storyboard or no word times were given");
  if (cues === null || voice === null || picture === null)
    return skipped(row, "captions, sound or picture are missing");
  const sentences = sentencesOf(storyboard, timing);
  if (sentences.length === 0) return skipped(row, "the narration's words have no times");
  const levels = sentences.map((s) => levelBetween(voice, s.start_s, s.end_s));
  const middle = levels.toSorted((a, b) => a - b)[Math.floor(levels.length / 2)] ?? 0;
  const heard = Math.max(middle - QUIET_DB, profile.silence_db);
  const missing = sentences.flatMap((sentence, i) => {
    const lacks = [
      (levels[i] ?? 0) < heard ? "sound" : "",
      covered(sentence, cues) < 0.5 ? "caption" : "",
      sentence.end_s > picture.span.end_s || covered(sentence, picture.blacks) > 0.5 ? "picture" : "",
    ].filter((what) => what !== "");
    return lacks.length === 0 ? [] : [{ sentence, lacks }];
  });
  const worst = missing[0];
  return measured(
    row,
    passIf(missing.length === 0),
    `${sentences.length - missing.length} of ${sentences.length}`,
    {
      at: missing.map(({ sentence }) => sentence.start_s),
      note:
        worst === undefined
          ? undefined
          : `“${worst.sentence.text.slice(0, 80)}” lacks ${worst.lacks.join(", ")}`,
    },
  );
}

/** Share of a stretch that others cover. */
function covered(stretch: Interval, others: readonly Interval[]): number {
  const sum = others.reduce((total, other) => {
    const shared = overlap(stretch, other);
    return total + (shared === null ? 0 : lengthOf(shared));
  }, 0);
  return sum / Math.max(lengthOf(stretch), 1e-6);
}

/** Sentences with their times: words are matched by order within each beat. */
function sentencesOf(storyboard: Storyboard, timing: Timing): Sentence[] {
  const tokens = timedTokens(timing, storyboard.language);
  const split = new Intl.Segmenter(storyboard.language, { granularity: "sentence" });
  return storyboard.beats.flatMap((beat) => {
    const words = tokens.filter((token) => token.beat_id === beat.id);
    let next = 0;
    return [...split.segment(beat.narration)].flatMap(({ segment }) => {
      const count = spokenWords(segment, storyboard.language).length;
      const first = words[next];
      const last = words[next + count - 1];
      next += count;
      if (count === 0 || first === undefined || last === undefined) return [];
      return [{ text: segment.trim(), start_s: first.start_s, end_s: last.end_s }];
    });
  });
}
