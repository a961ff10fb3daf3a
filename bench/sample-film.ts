import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Render, render } from "@greenlight/contract/render";
import type { Beat } from "@greenlight/contract/storyboard";
import type { BeatRender } from "@greenlight/media/render/beat-render";
import { layoutBeat } from "@greenlight/media/scene/layout-beat";
import type { SceneSpec } from "@greenlight/media/scene/scene-spec";
import { parse } from "yaml";

/** Narration of every beat: as many words as four seconds hold. */
const WORDS = "Roughly half of the rain that falls on land rises again".split(" ");

const BEATS: readonly Pick<Beat, "visual" | "motion" | "transition">[] = [
  {
    visual: { kind: "title", title: "Where the rain goes", subtitle: "What becomes of a drop" },
    motion: "push_in",
    transition: "cut",
  },
  {
    visual: { kind: "number", value: "505 000", unit: "km³", label: "evaporate from land and sea in a year" },
    motion: "drift_left",
    transition: "crossfade",
  },
  {
    visual: {
      kind: "bar_chart",
      heading: "Rain in a year",
      unit: "mm",
      bars: [
        { label: "Asia", value: 740 },
        { label: "Europe", value: 650 },
        { label: "Africa", value: 610 },
        { label: "Oceania", value: 800 },
      ],
    },
    motion: "push_out",
    transition: "wipe",
  },
  {
    visual: {
      kind: "list",
      heading: "Three paths",
      items: ["Runs into rivers", "Soaks into soil", "Rises again as vapour"],
    },
    motion: "still_breathe",
    transition: "slide",
  },
  {
    visual: {
      kind: "comparison",
      left: { label: "Salt water", value: "97.5 %" },
      right: { label: "Fresh water", value: "2.5 %" },
    },
    motion: "drift_right",
    transition: "crossfade",
  },
];

export async function readRenderConf(): Promise<Render> {
  const text = await readFile(new URL("../conf/render.yaml", import.meta.url), "utf8");
  return render.parse(parse(text, { merge: true }));
}

/** `count` beats of `seconds` each at 1920 × 1080, every common visual kind and transition, captions burned in. */
export function sampleFilm(conf: Render, count: number, seconds: number, folder: string): BeatRender[] {
  const { fps } = conf.video;
  const size = { width: 1920, height: 1080 };
  const films: BeatRender[] = [];
  let previous: SceneSpec | null = null;
  for (let index = 0; index < count; index++) {
    const { visual, motion, transition } = BEATS[index % BEATS.length] ?? BEATS[0] ?? never();
    const id = `b${String(index + 1).padStart(2, "0")}`;
    const narration = `${WORDS.join(" ")}.`;
    const beat: Beat = {
      id,
      section: "Water",
      narration,
      duration_s: seconds,
      speech_s: seconds - 0.6,
      visual,
      on_screen_text: "",
      motion,
      transition,
      citations: [],
    };
    const spec = layoutBeat({
      beat,
      ...size,
      title: "Where the rain goes",
      language: "en",
      look: conf.look,
      pacing: conf.pacing,
      duration_s: seconds,
    });
    const start = index * seconds + 0.25;
    const perWord = (seconds - 0.6) / WORDS.length;
    const words = WORDS.map((text, n) => ({
      text,
      start_s: start + n * perWord,
      end_s: start + (n + 1) * perWord,
    }));
    films.push({
      spec,
      previous_spec: previous,
      transition,
      transition_s: conf.pacing.transition_s,
      first_frame: Math.round(index * seconds * fps),
      frame_count: Math.round(seconds * fps),
      fps,
      ...size,
      cues: [
        {
          index: index + 1,
          beat_id: id,
          start_s: start,
          end_s: start + seconds - 0.6,
          lines: [WORDS.slice(0, 6).join(" "), WORDS.slice(6).join(" ")],
          words,
        },
      ],
      captions: conf.captions,
      look: conf.look,
      language: "en",
      encode: conf.video,
      out: join(folder, `${id}.mp4`),
    });
    previous = spec;
  }
  return films;
}

function never(): never {
  throw new Error("no beats");
}
