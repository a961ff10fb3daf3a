import type { JobCfg } from "@greenlight/contract/job";
import type { Beat, Storyboard, Visual } from "@greenlight/contract/storyboard";
import { splitSentences } from "@greenlight/media/text/sentences";
import { Rejection } from "../../../domain/commands.ts";
import { targetOf } from "./length.ts";
import { pace } from "./pace.ts";
import { parseScript } from "./parse-script.ts";
import { type Speech, splitBeats } from "./split-beats.ts";
import { type BuiltinStyle, styleOf } from "./style.ts";
import { chooseVisual, onScreenText } from "./visuals/choose-visual.ts";
import type { Parser } from "./visuals/phrase.ts";
import { setOf } from "./visuals/scene.ts";

const FRAMES: Record<JobCfg["brief"]["video"]["aspect"], readonly [number, number]> = {
  "16:9": [1920, 1080],
  "9:16": [1080, 1920],
  "1:1": [1080, 1080],
};

/** Width and height in pixels: the brief's resolution, else 1080p in its aspect. */
export function frameOf(cfg: JobCfg): readonly [number, number] {
  const [width, height] = (cfg.brief.video.resolution ?? "").split("x").map(Number);
  return width !== undefined && height !== undefined && width > 0 && height > 0
    ? [width, height]
    : FRAMES[cfg.brief.video.aspect];
}

/** Mulberry32: small, seeded, the same everywhere. */
const random = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** One of `options` other than `last`. */
const another = <T>(options: readonly T[], last: T | null, next: () => number, or: T): T => {
  const open = options.filter((option) => option !== last);
  return open[Math.floor(next() * open.length)] ?? or;
};

/** The film's title over what it will speak of, when that is more than one thing. */
const titleCard = (title: string, headings: readonly string[]): Visual => ({
  kind: "title",
  title,
  ...(headings.length < 2 || headings.length > 4 ? {} : { subtitle: headings.join(" · ") }),
});

/** What the viewer is asked to do, whole where it is short enough to read, over the film's title. */
const endCard = (text: string, title: string, cfg: JobCfg, parser: Parser, most: number): Visual => ({
  kind: "title",
  title: parser.condense(cfg.brief.cta_text ?? text, most),
  subtitle: title,
});

function visualsOf(speeches: readonly Speech[], title: string, cfg: JobCfg, style: BuiltinStyle): Visual[] {
  const set = setOf(cfg.brief, styleOf(style, cfg.brief.language), style.visuals);
  const headings = [...new Set(speeches.map((speech) => speech.section))].filter((heading) => heading !== "");
  const closing = cfg.brief.cta_text !== undefined;
  let cards = Math.floor(speeches.length * style.visuals.section_cards_share);
  // What opens and closes the film is not counted among its parts.
  const parts = headings.slice(1, closing ? -1 : undefined);
  const shown = new Set<string>();
  return speeches.map((speech, i) => {
    if (i === 0) return titleCard(title, parts);
    if (closing && i === speeches.length - 1)
      return endCard(speech.text, title, cfg, set.parser, style.visuals.end_words);
    const sentences = splitSentences(speech.text, cfg.brief.language).map((sentence) => sentence.text);
    const before = speeches
      .slice(0, i)
      .filter((earlier) => earlier.section === speech.section)
      .flatMap((earlier) =>
        splitSentences(earlier.text, cfg.brief.language).map((sentence) => sentence.text),
      );
    const options = sentences.map((text, n) =>
      chooseVisual({ ...set, text, before: [...before, ...sentences.slice(0, n)] }),
    );
    const visual = options.findLast((option) => option.kind !== "statement") ??
      options.at(-1) ?? { kind: "title", title };
    const opens = speeches[i - 1]?.section !== speech.section && !shown.has(speech.section);
    if (visual.kind !== "statement" || !opens || cards < 1 || headings.length < 3) return visual;
    if (speech.section === "" || i === speeches.length - 1) return visual;
    if (speech.speech_s > style.visuals.section_card_up_to_s) return visual;
    cards -= 1;
    shown.add(speech.section);
    return {
      kind: "section",
      heading: speech.section,
      index: Math.max(1, parts.indexOf(speech.section) + 1),
      of: Math.max(1, parts.length),
      text: visual.text,
    };
  });
}

/**
 * Beats from a script: what each says, shows and how long it lasts. Lengths are stretched or trimmed in their pauses,
 * within the style's limits, so that the film meets the brief's length as nearly as its speech lets it.
 * @throws Rejection brief_too_thin when the script says nothing.
 */
export async function buildStoryboard(
  input: { cfg: JobCfg; slug: string; script: string; speechSeconds(text: string): Promise<number> },
  style: BuiltinStyle,
): Promise<Storyboard> {
  const { cfg, slug } = input;
  const { pacing, video } = cfg.render;
  const script = parseScript(input.script, cfg.brief.language);
  if (script.sentences.length === 0) {
    throw new Rejection(
      "brief_too_thin",
      "The script has no sentence to speak. Put narration under its headings.",
    );
  }
  const pause_s = pacing.lead_s + pacing.tail_s;
  const speeches = await splitBeats(
    script.sentences,
    {
      most_s: pacing.beat_max_s - pause_s,
      join_below_s: style.pacing.join_below_s,
      join_up_to_s: style.pacing.join_up_to_s,
    },
    input.speechSeconds,
  );
  const title = script.title ?? cfg.brief.title;
  const visuals = visualsOf(speeches, title, cfg, style);
  const durations = pace(
    speeches.map(({ speech_s }, i) => {
      const shortest =
        visuals[i]?.kind === "title" || visuals[i]?.kind === "section"
          ? pacing.card_min_s
          : pacing.beat_min_s;
      const least_s = Math.max(speech_s + pause_s, shortest);
      return {
        least_s,
        aim_s: Math.max(speech_s + pause_s, shortest),
        most_s: Math.max(least_s, Math.min(speech_s + style.pacing.pause_max_s, pacing.beat_max_s)),
      };
    }),
    targetOf(cfg, style).aim_s,
    video.fps,
  );
  const next = random(cfg.seed);
  let motion: Beat["motion"] | null = null;
  let transition: Beat["transition"] | null = null;
  const beats = speeches.map((speech, i): Beat => {
    const visual = visuals[i] ?? { kind: "title", title };
    motion = another(["push_in", "push_out", "drift_left", "drift_right"], motion, next, "push_in");
    const newSection = i > 0 && speeches[i - 1]?.section !== speech.section;
    transition =
      i === 0
        ? "cut"
        : newSection
          ? another(["wipe", "slide"], transition, next, "slide")
          : another(
              ["crossfade", "crossfade", "cut"],
              transition === "cut" ? "cut" : null,
              next,
              "crossfade",
            );
    return {
      id: `b${String(i + 1).padStart(2, "0")}`,
      section: speech.section,
      narration: speech.text,
      duration_s: durations[i] ?? speech.speech_s,
      speech_s: speech.speech_s,
      visual,
      on_screen_text: onScreenText(visual),
      motion: visual.kind === "bar_chart" || visual.kind === "line_chart" ? "still_breathe" : motion,
      transition,
      citations: [...speech.citations],
    };
  });
  const [width, height] = frameOf(cfg);
  return { slug, title, language: cfg.brief.language, fps: video.fps, width, height, beats };
}
