/** What a layout draws on: the frame's measures and colours, and the layers placed so far, back to front. */
import { type FitRequest, type FittedText, fitText } from "./fit-text.ts";
import type { Palette } from "./palette.ts";
import type { Box, Enter, Layer } from "./scene-spec.ts";

export type Board = {
  readonly width: number;
  readonly height: number;
  /** Where text may stand. */
  readonly area: Box;
  readonly portrait: boolean;
  /** One pixel of a frame whose short side is 1080. */
  readonly unit: number;
  readonly palette: Palette;
  readonly language: string;
  readonly duration_s: number;
  readonly layers: Layer[];
  /** When the narration comes to each of these in turn, seconds; null when it does not say them so. */
  spoken(texts: readonly string[]): number[] | null;
};

export const RISE_S = 0.6;

export const rise = (at_s: number): Enter => ({ kind: "rise", at_s, duration_s: RISE_S });

/** Begins of elements: each when it is spoken of, else spread as `stagger` does. */
export function inTurn(board: Board, texts: readonly string[], first_s: number, most_s?: number): number[] {
  return board.spoken(texts) ?? texts.map((_, i) => stagger(board, i, texts.length, first_s, most_s));
}

/** Begin of the i-th of n elements: spread over the first half of the beat, never further apart than `most_s`. */
export function stagger(board: Board, i: number, n: number, first_s = 0.25, most_s = 1.2): number {
  const gap = Math.min(most_s, Math.max(0.08, (board.duration_s * 0.55 - first_s) / Math.max(1, n)));
  return first_s + i * gap;
}

export function fit(board: Board, request: Omit<FitRequest, "language">): FittedText {
  return fitText({ ...request, language: board.language });
}

export const grow = (at_s: number): Enter => ({ kind: "grow_right", at_s, duration_s: 0.6 });

/** Top of a block of this height in the middle of the area. */
export const middle = (board: Board, height: number): number =>
  board.area.y + Math.max(0, (board.area.height - height) * 0.5);
