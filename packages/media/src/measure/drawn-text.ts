import type { Interval } from "./interval.ts";

/** One piece of text as it was drawn into the film, for the checks of contrast and safe area. */
export type DrawnText = {
  readonly text: string;
  /** Where its ink is, in pixels of the film's frame. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Colours of its letters, `#rrggbb`. */
  readonly colours: readonly string[];
  readonly size_px: number;
  readonly is_bold: boolean;
  /** When it stands, fully entered and not yet leaving; seconds of the film. */
  readonly visible: Interval;
};
