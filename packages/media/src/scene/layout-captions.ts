import type { Cue } from "@greenlight/contract/documents";
import type { Render } from "@greenlight/contract/render";
import { contrastRatio, mix, readableOn, withinLevels } from "./contrast.ts";
import { CAP_HEIGHT, DESCENT, directionOf } from "./fit-text.ts";
import { type Face, measureText } from "./measure-text.ts";
import { captionArea } from "./safe-area.ts";
import type { Box } from "./scene-spec.ts";

export type CaptionStyle = Render["captions"];
export type CaptionFrame = {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly language: string;
  readonly look: Render["look"];
};

export type CaptionLine = {
  readonly text: string;
  readonly direction: "ltr" | "rtl";
  /** Pen at the left edge, baseline, advance: pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Index of the cue's word each stretch of the line ends with, and where that stretch ends in `text`. */
  readonly ends: readonly { readonly word: number; readonly at: number }[];
};

export type CaptionBlock = {
  readonly lines: readonly CaptionLine[];
  readonly size_px: number;
  readonly face: Face;
  /** The plate, or the text's own ground when there is none. */
  readonly plate: Box;
};

export type CaptionColours = {
  readonly spoken: string;
  readonly coming: string;
  readonly plate: string;
  readonly plate_alpha: number;
  /** The plate over the brightest picture: what contrast is measured against. */
  readonly behind: string;
};

const FACE: Face = { family: "sans", weight: 700, tracking: -0.005 };
const LEADING = 1.2;
const PAD = { across: 0.42, along: 0.2 } as const;
const RATIO = 4.6;
/** How much of a coming word's colour is that of spoken ones. */
const COMING = 0.6;

export function captionColours(look: Render["look"], style: CaptionStyle["style"]): CaptionColours {
  const dark = withinLevels(mix(look.background, "#000000", 0.45));
  const light = withinLevels(look.text);
  // A light theme has dark text; captions stay light on dark, which reads over any picture.
  const spoken = contrastRatio(light, dark) >= RATIO ? light : "#f0f0f0";
  const plate_alpha = style === "outline" ? 1 : 0.88;
  const behind = mix("#f4f4f4", dark, plate_alpha);
  return {
    spoken: readableOn(spoken, behind, RATIO),
    coming: style === "karaoke" ? readableOn(mix(dark, spoken, COMING), behind, RATIO) : spoken,
    plate: dark,
    plate_alpha,
    behind,
  };
}

/** One cue's lines, centred at the foot of the caption area, at the set size or smaller where a line would not fit. */
export function layoutCaption(
  cue: Cue,
  style: CaptionStyle,
  margin: number,
  frame: CaptionFrame,
): CaptionBlock {
  const area = captionArea(frame.width, frame.height, margin);
  const unit = Math.min(frame.width, frame.height) / 1080;
  const texts = cue.lines.map((line) => line.trim()).filter((line) => line !== "");
  const measured = texts.map((text) => {
    const direction = directionOf(text, frame.language);
    return { text, direction, em: measureText(text, FACE, direction).width };
  });
  const widest = Math.max(0.01, ...measured.map((line) => line.em));
  const tall = CAP_HEIGHT + (texts.length - 1) * LEADING + DESCENT + 2 * PAD.along;
  const size = Math.min(style.size_px * unit, area.width / (widest + 2 * PAD.across), area.height / tall);
  const height = texts.length === 0 ? 0 : tall * size;
  const width = texts.length === 0 ? 0 : (widest + 2 * PAD.across) * size;
  const plate = {
    x: frame.width / 2 - width / 2,
    y: area.y + area.height - height,
    width,
    height,
  };
  const first = plate.y + (PAD.along + DESCENT / 2 + CAP_HEIGHT) * size;
  let word = 0;
  const lines = measured.map((line, i): CaptionLine => {
    const ends: { word: number; at: number }[] = [];
    let cursor = 0;
    for (; word < cue.words.length; word++) {
      const found = line.text.indexOf(cue.words[word]?.text.trim() ?? "", cursor);
      if (found < 0) break;
      cursor = found + (cue.words[word]?.text.trim().length ?? 0);
      ends.push({ word, at: cursor });
    }
    return {
      text: line.text,
      direction: line.direction,
      x: frame.width / 2 - (line.em * size) / 2,
      y: first + i * LEADING * size,
      width: line.em * size,
      ends,
    };
  });
  return { lines, size_px: size, face: FACE, plate };
}
