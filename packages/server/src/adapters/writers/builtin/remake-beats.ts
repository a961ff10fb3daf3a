import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import { settleNotes } from "@greenlight/contract/settle-notes";
import type { Beat, Storyboard, Visual } from "@greenlight/contract/storyboard";
import { splitSentences } from "@greenlight/media/text/sentences";
import { directionOf, linesOf, visualOf } from "./feedback.ts";
import { type BuiltinStyle, styleOf } from "./style.ts";
import { onScreenText, visualsThatFit } from "./visuals/choose-visual.ts";
import { setOf } from "./visuals/scene.ts";

type Tell = (unmet: string) => void;

/** All ways to show a beat, the present one first: what the sentences (the last first) and what came before them say. */
function waysToShow(board: Storyboard, beat: Beat, cfg: JobCfg, style: BuiltinStyle): Visual[] {
  const set = setOf(cfg.brief, styleOf(style, cfg.brief.language), style.visuals);
  const said = (narration: string) =>
    splitSentences(narration, cfg.brief.language).map((sentence) => sentence.text);
  const before = board.beats
    .slice(0, board.beats.indexOf(beat))
    .filter((earlier) => earlier.section === beat.section)
    .flatMap((earlier) => said(earlier.narration));
  const sentences = said(beat.narration);
  const fitting = sentences
    .map((text, n) => visualsThatFit({ ...set, text, before: [...before, ...sentences.slice(0, n)] }))
    .reverse()
    .flat();
  const ways = new Map<string, Visual>();
  for (const visual of [beat.visual, ...fitting])
    if (!ways.has(JSON.stringify(visual))) ways.set(JSON.stringify(visual), visual);
  return [...ways.values()];
}

const isChart = (visual: Visual): boolean => visual.kind === "bar_chart" || visual.kind === "line_chart";

function shown(beat: Beat, visual: Visual): Beat {
  const motion = isChart(visual)
    ? ("still_breathe" as const)
    : isChart(beat.visual)
      ? ("push_in" as const)
      : beat.motion;
  return { ...beat, visual, on_screen_text: onScreenText(visual), motion };
}

/** Held `change_s` longer (or shorter), on whole frames, never shorter than it speaks; null when there is no room. */
function held(beat: Beat, change_s: number, cfg: JobCfg): Beat | null {
  const { pacing, video } = cfg.render;
  const card = beat.visual.kind === "title" || beat.visual.kind === "section";
  const least_s = Math.max(
    beat.speech_s + pacing.lead_s + pacing.tail_s,
    card ? pacing.card_min_s : pacing.beat_min_s,
  );
  const frames = (seconds: number) => Math.round(seconds * video.fps);
  const wanted = Math.min(
    Math.floor(pacing.beat_max_s * video.fps),
    Math.max(Math.ceil(least_s * video.fps - 1e-6), frames(beat.duration_s + change_s)),
  );
  const now = frames(beat.duration_s);
  return Math.sign(wanted - now) === Math.sign(change_s) ? { ...beat, duration_s: wanted / video.fps } : null;
}

/**
 * Makes the beats anew that reviewers rejected, one note after the other; all other beats stay as they are. A note
 * without a direction shows the beat in the next way that fits what it says, round and round. `tell` hears what could
 * not be done.
 */
export function remakeBeats(
  made: Storyboard,
  feedback: readonly FeedbackNote[],
  cfg: JobCfg,
  style: BuiltinStyle,
  tell: Tell,
): Storyboard {
  let { beats } = made;
  const { notes, unmet: strangers } = settleNotes(feedback, made.beats);
  for (const wish of strangers) tell(wish);
  const rounds = new Map<string, number>();
  for (const note of notes) {
    const original = made.beats.find(({ id }) => id === note.beat_id);
    const beat = beats.find(({ id }) => id === note.beat_id);
    if (note.beat_id === null) continue;
    if (original === undefined || beat === undefined) {
      tell(`${note.beat_id}: the storyboard no longer has this beat`);
      continue;
    }
    const remake = (present: Beat): Beat | null => {
      let result = present;
      let heeded = false;
      for (const line of linesOf([note])) {
        const unmet = (why: string) => tell(`${present.id}: ${line}: ${why}`);
        const kind = visualOf(line, style.feedback);
        const direction = directionOf(line, style.feedback);
        if (kind !== undefined) {
          heeded = true;
          const ways = waysToShow(made, original, cfg, style);
          const way = ways.find((one) => one.kind === kind.toLowerCase());
          if (way !== undefined) result = shown(result, way);
          else unmet(`its words fit ${[...new Set(ways.map((one) => one.kind))].join(", ")}`);
        } else if (style.feedback.drop.includes(line.toLowerCase())) {
          heeded = true;
          if (beats[0]?.id === present.id) unmet("the first beat carries the film's title");
          else if (beats.filter(({ section }) => section === present.section).length < 2)
            unmet("its section would have no beat left");
          else return null;
        } else if (direction?.do === "shorter" || direction?.do === "longer") {
          heeded = true;
          const sign = direction.do === "longer" ? 1 : -1;
          const next = held(result, sign * style.feedback.beat_step_s, cfg);
          if (next === null)
            unmet(
              sign > 0 ? "it is as long as a beat may be" : "its speech, or its reading, needs this long",
            );
          else result = next;
        } else
          unmet(
            `is a note for people; for a beat the built-in writer knows ${style.feedback.shorter[0]}, ${style.feedback.longer[0]}, ${style.feedback.drop[0]}, ${style.feedback.visual[0]}: kind`,
          );
      }
      if (heeded) return result;
      const ways = waysToShow(made, original, cfg, style);
      const round = (rounds.get(present.id) ?? 0) + 1;
      rounds.set(present.id, round);
      const way = ways[round % ways.length];
      if (way === undefined || JSON.stringify(way) === JSON.stringify(result.visual)) {
        tell(`${present.id}: nothing else fits what it says than ${present.visual.kind}`);
        return result;
      }
      return shown(result, way);
    };
    const changed = remake(beat);
    beats = beats.flatMap((one) => (one.id !== beat.id ? [one] : changed === null ? [] : [changed]));
  }
  return { ...made, beats };
}
