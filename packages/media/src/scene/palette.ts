import type { Render } from "@greenlight/contract/render";
import { mix, readableOn, withinLevels } from "./contrast.ts";

/** Text must reach this on what is behind it (WCAG 1.4.3), with a little to spare for encoding. */
const TEXT_RATIO = 4.8;

export type Palette = {
  readonly background: string;
  /** The background where the light on it is strongest: what text is measured against. */
  readonly behind: string;
  readonly surface: string;
  readonly text: string;
  /** Secondary text: the same hue, quieter. */
  readonly muted: string;
  readonly accent: string;
  readonly accent_2: string;
  /** Hairlines and tracks. */
  readonly rule: string;
};

/** The colours of a look, moved inside the legal levels and as far as needed to be read on its background. */
export function paletteOf(look: Render["look"]): Palette {
  const background = withinLevels(look.background);
  const accent = withinLevels(look.accent);
  const behind = withinLevels(mix(background, accent, 0.15));
  const surface = withinLevels(look.surface);
  const readable = (colour: string) =>
    readableOn(readableOn(colour, behind, TEXT_RATIO), surface, TEXT_RATIO);
  const text = readable(look.text);
  return {
    background,
    behind,
    surface,
    text,
    muted: readable(mix(text, background, 0.36)),
    accent: readable(accent),
    accent_2: readable(look.accent_2),
    rule: withinLevels(mix(background, text, 0.2)),
  };
}
