import type { Beat } from "@greenlight/contract/storyboard";

/** Scale about the content's middle, then a shift in fractions of the frame's width. */
export type View = { readonly scale: number; readonly shift: number };

const DRIFT = 0.012;
const DRIFT_SCALE = 0.97;
const BREATH_S = 6;

/**
 * Where the camera stands at `progress` 0…1 of the beat and `t_s` seconds of its breath. Content is laid out as it looks when nearest, so the scale
 * never exceeds 1 and nothing leaves the safe area.
 */
export function viewAt(motion: Beat["motion"], push: number, progress: number, t_s: number): View {
  const p = Math.min(1, Math.max(0, progress));
  switch (motion) {
    case "push_in":
      return { scale: (1 + (push - 1) * p) / push, shift: 0 };
    case "push_out":
      return { scale: (1 + (push - 1) * (1 - p)) / push, shift: 0 };
    case "drift_left":
      return { scale: DRIFT_SCALE, shift: DRIFT * (1 - 2 * p) };
    case "drift_right":
      return { scale: DRIFT_SCALE, shift: DRIFT * (2 * p - 1) };
    case "still_breathe":
      return { scale: 0.988 + 0.012 * Math.sin((2 * Math.PI * t_s) / BREATH_S), shift: 0 };
  }
}
