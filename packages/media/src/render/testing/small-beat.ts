import type { Render } from "@greenlight/contract/render";
import { layoutBeat } from "../../scene/layout-beat.ts";
import type { BeatRender } from "../beat-render.ts";
import { SMALL_ENCODE } from "./small-film.ts";

const look: Render["look"] = {
  background: "#0f172a",
  surface: "#1e293b",
  text: "#e8edf4",
  accent: "#38bdf8",
  accent_2: "#fbbf24",
  margin: 0.05,
  push: 1.08,
};

const pacing: Render["pacing"] = {
  beat_min_s: 0.1,
  beat_max_s: 1000,
  card_min_s: 0.1,
  lead_s: 0,
  tail_s: 0,
  transition_s: 0.4,
  words_per_minute: 160,
};

const captions: Render["captions"] = {
  burn_in: true,
  style: "karaoke",
  size_px: 64,
  max_chars: 42,
  max_lines: 2,
  min_s: 0.8,
  max_s: 7,
  gap_frames: 2,
  max_chars_per_s: 17,
};

/** A beat of a title, scaled to a small video, with one caption of the first second. */
export function smallBeat(out: string, frameCount: number, title = "Where the rain goes"): BeatRender {
  const duration_s = frameCount / 30;
  const spec = layoutBeat({
    beat: {
      id: "b01",
      section: "Water",
      narration: "Rain goes.",
      duration_s,
      speech_s: 0.5,
      visual: { kind: "title", title },
      on_screen_text: "",
      motion: "push_in",
      transition: "crossfade",
      citations: [],
    },
    width: 1920,
    height: 1080,
    title,
    language: "en",
    look,
    pacing,
    duration_s,
  });
  const words = [{ text: "Rain", start_s: 0, end_s: 1 }];
  return {
    spec,
    previous_spec: null,
    transition: "cut",
    transition_s: 0,
    first_frame: 0,
    frame_count: frameCount,
    fps: 30,
    width: 320,
    height: 180,
    cues: [{ index: 1, beat_id: "b01", start_s: 0, end_s: 1, lines: ["Rain"], words }],
    captions,
    look,
    language: "en",
    encode: SMALL_ENCODE,
    out,
  };
}
