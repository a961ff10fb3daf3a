import type { Timing } from "@greenlight/contract/documents";
import { prepareCaptions } from "../scene/caption-overlay.ts";
import type { CaptionFrame, CaptionStyle } from "../scene/layout-captions.ts";
import type { DrawnText } from "./drawn-text.ts";

/** The frames at a cue's ends, where rounding to frames may already show none of it: seconds. */
const EDGE_S = 0.05;

/** The captions that are burned into the picture, as texts to measure; `box` is the plate where there is one. */
export function textsOfCaptions(cues: Timing["cues"], style: CaptionStyle, frame: CaptionFrame): DrawnText[] {
  const lines = new Map(cues.map((cue) => [cue.index, cue.lines.join(" ")]));
  return prepareCaptions(cues, style, frame)
    .boxes()
    .filter(({ box }) => box.width > 0)
    .map(({ index, start_s, end_s, box, size_px, weight, colours }) => ({
      text: lines.get(index) ?? "",
      box,
      colours,
      size_px,
      is_bold: weight >= 700,
      visible: { start_s: start_s + EDGE_S, end_s: Math.max(start_s + EDGE_S, end_s - EDGE_S) },
    }));
}
