import type { Cue, TimedWord, Timing } from "@greenlight/contract/documents";
import type { Render } from "@greenlight/contract/render";
import { endsClause, endsSentence } from "../speech/speakable.ts";
import { joinWords } from "../speech/written-words.ts";
import { bindingTo } from "./binding-words.ts";
import { breakLines, columns } from "./break-lines.ts";

type Rules = Pick<
  Render["captions"],
  "max_chars" | "max_lines" | "min_s" | "max_s" | "gap_frames" | "max_chars_per_s"
>;
/** A beat and its words in seconds from its start. */
type OwnBeat = { readonly end_s: number; readonly words: readonly TimedWord[] };
/** The words `from` … `to` − 1, in sight from frame `start` to before frame `end` of the beat. */
type Draft = {
  readonly from: number;
  readonly to: number;
  readonly lines: string[];
  readonly start: number;
  readonly end: number;
};
type Choice = { readonly cost: number; readonly draft: Draft };

const EARLY_FRAMES = 2;
const LATE_FRAMES = 12;

/**
 * Cuts the beats' words into captions (Netflix timed text style guide: lines, duration, gap, reading speed, sync).
 * Every word is shown once, in order, and no caption leaves its beat. Among all ways to cut a beat the one of
 * least cost is taken: reading speed and shortest time first, then ends of sentences and clauses, then even lines.
 * A beat is cut on its own clock, so that its captions do not hang on where in the film it stands.
 */
export function buildCues(beats: Timing["beats"], rules: Rules, fps: number): Cue[] {
  const cues: Cue[] = [];
  for (const beat of beats) {
    const first = Math.round(beat.start_s * fps);
    const words = beat.words.flatMap((word) => splitLongWord(word, rules.max_chars));
    for (const { from, to, lines, start, end } of cutBeat(onOwnClock(beat, words), rules, fps)) {
      cues.push({
        index: cues.length + 1,
        beat_id: beat.beat_id,
        start_s: (first + start) / fps,
        end_s: (first + end) / fps,
        lines,
        words: words.slice(from, to),
      });
    }
  }
  return cues;
}

/** To a tenth of a microsecond, so that sums of floats do not differ. */
function onOwnClock(beat: Timing["beats"][number], said: readonly TimedWord[]): OwnBeat {
  const shift = (at: number) => Math.round((at - beat.start_s) * 1e7) / 1e7;
  const words = said.map((word) => ({ ...word, start_s: shift(word.start_s), end_s: shift(word.end_s) }));
  return { end_s: shift(beat.end_s), words };
}

function cutBeat(beat: OwnBeat, rules: Rules, fps: number): Draft[] {
  const { words } = beat;
  const best: (Choice | undefined)[] = new Array(words.length + 1);
  for (let to = 1; to <= words.length; to += 1) {
    for (let from = to - 1; from >= 0; from -= 1) {
      const shaped = breakLines(
        words.slice(from, to).map((w) => w.text),
        rules.max_chars,
        rules.max_lines,
      );
      if (!shaped && from < to - 1) break;
      const before = from === 0 ? 0 : best[from]?.cost;
      if (before === undefined) continue;
      const lines = shaped?.lines ?? [words[from]?.text ?? ""];
      const draft = timeCue(words, from, to, lines, beat, rules, fps);
      const cost = before + cueCost(words, draft, rules, fps) + (shaped?.cost ?? 0);
      if (cost < (best[to]?.cost ?? Number.POSITIVE_INFINITY)) best[to] = { cost, draft };
    }
  }
  const drafts: Draft[] = [];
  for (let to = words.length; to > 0; ) {
    const choice = best[to];
    if (!choice) throw new Error("no way to cut the words into captions");
    drafts.unshift(choice.draft);
    to = choice.draft.from;
  }
  return drafts;
}

function timeCue(
  words: readonly TimedWord[],
  from: number,
  to: number,
  lines: string[],
  beat: OwnBeat,
  rules: Rules,
  fps: number,
): Draft {
  const { end_s = 0 } = words[to - 1] ?? {};
  const start = inFrame(words, from, rules, fps);
  const spokenEnd = Math.ceil(end_s * fps - 1e-6);
  // The last caption of a beat gives way to the first of the next, which may begin with the beat itself.
  const follower = to < words.length ? inFrame(words, to, rules, fps) : Math.round(beat.end_s * fps);
  const latest = follower - rules.gap_frames;
  const lingering = Math.floor(end_s * fps + LATE_FRAMES + 1e-6);
  const wanted = Math.max(lingering, start + Math.ceil(rules.min_s * fps));
  const longest = Math.max(spokenEnd, start + Math.floor(rules.max_s * fps));
  const end = Math.max(start + 1, Math.min(wanted, latest, longest));
  return { from, to, lines, start, end };
}

/** The frame a caption that begins with this word comes in: a little early where nothing is said before it. */
function inFrame(words: readonly TimedWord[], index: number, rules: Rules, fps: number): number {
  const own = Math.floor((words[index]?.start_s ?? 0) * fps + 1e-6);
  const previous = words[index - 1];
  const free = previous ? Math.ceil(previous.end_s * fps) + rules.gap_frames : 0;
  const early = Math.min(own, Math.max(own - EARLY_FRAMES, free));
  if (!previous) return early;
  // Without a pause the gap is shared: the caption before stays to its last word's end, within a frame.
  const heard = Math.ceil(previous.end_s * fps - 1 - 1e-6) + rules.gap_frames;
  return Math.max(early, Math.min(own + EARLY_FRAMES, heard));
}

function cueCost(words: readonly TimedWord[], draft: Draft, rules: Rules, fps: number): number {
  const { from, to } = draft;
  const seconds = (draft.end - draft.start) / fps;
  const text = joinWords(words.slice(from, to).map((w) => w.text));
  const speed = Math.max(0, columns(text) / seconds / rules.max_chars_per_s - 1);
  const short = Math.max(0, 1 - seconds / rules.min_s);
  const long = Math.max(0, seconds / rules.max_s - 1);
  const last = words[to - 1]?.text ?? "";
  const next = words[to]?.text;
  // "because", "that", "of": what begins with a binding word begins a phrase, a good place to cut before.
  const phrase = next !== undefined && bindingTo(next) > 0 ? 1 : 0;
  const end = endsSentence(last, next) ? 0 : endsClause(last) ? 1.2 : 3.5 - phrase + bindingTo(last) * 3;
  const inside = words
    .slice(from, to - 1)
    .filter((word, i) => endsSentence(word.text, words[from + i + 1]?.text)).length;
  const lonely = to - from === 1 && words.length > 1 ? 2 : 0;
  return (
    1 +
    end +
    inside * 4 +
    lonely +
    (speed > 0 ? 2 + speed * 60 : 0) +
    short * 60 +
    (long > 0 ? 20 + long * 60 : 0)
  );
}

/** A word wider than a line is shown in pieces that share its time. */
function splitLongWord(word: TimedWord, maxChars: number): TimedWord[] {
  if (columns(word.text) <= maxChars) return [word];
  const signs = Array.from(new Intl.Segmenter().segment(word.text), (part) => part.segment);
  const pieces: string[] = [""];
  for (const sign of signs) {
    const last = pieces.at(-1) ?? "";
    if (last !== "" && columns(last + sign) > maxChars) pieces.push(sign.trimStart());
    else pieces[pieces.length - 1] = last + sign;
  }
  const share = (word.end_s - word.start_s) / pieces.length;
  return pieces.map((text, i) => ({
    text: text.trimEnd(),
    start_s: word.start_s + i * share,
    end_s: word.start_s + (i + 1) * share,
  }));
}
