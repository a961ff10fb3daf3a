import type { Render } from "@greenlight/contract/render";
import { contrastRatio, hexOf, LEVELS, mix, readableOn, withinLevels } from "./contrast.ts";

/** Text must reach this on what is behind it (WCAG 1.4.3: 4.5), with a little to spare for encoding. */
const TEXT_RATIO = 4.8;
/** The best text colour must reach this on a ground, or the ground is darkened: a middle grey suits no text. */
const GROUND_RATIO = 5.2;
/** Share of the accent in the brightest light on the background, and of the surface in its haze. */
const LIGHT = { accent: 0.12, surface: 0.85 } as const;
/** Opacity of a ring that passes behind text. */
export const FAINT_RING = 0.06;

const LIGHTEST = hexOf([LEVELS.high, LEVELS.high, LEVELS.high]);
const DARKEST = hexOf([LEVELS.low, LEVELS.low, LEVELS.low]);

type TextColours = {
  readonly text: string;
  /** Secondary text: the same hue, quieter. */
  readonly muted: string;
  readonly accent: string;
  readonly accent_2: string;
};

export type Palette = TextColours & {
  readonly background: string;
  /** The background where it comes nearest to the text's colours: what text is measured against. */
  readonly behind: string;
  /** Of cards. */
  readonly surface: string;
  readonly on_surface: TextColours;
  /** Hairlines and tracks. */
  readonly rule: string;
  /** How strong the light on the background may be, 0…1. */
  readonly light: { readonly accent: number; readonly surface: number };
};

/** Black or white, whichever reads better. */
const extremeOn = (ground: string): string =>
  contrastRatio(LIGHTEST, ground) >= contrastRatio(DARKEST, ground) ? LIGHTEST : DARKEST;

function groundOf(colour: string): string {
  for (let share = 0; share < 1; share += 0.02) {
    const ground = withinLevels(mix(colour, DARKEST, share));
    if (contrastRatio(extremeOn(ground), ground) >= GROUND_RATIO) return ground;
  }
  return DARKEST;
}

/** The largest share of `tint`, up to `most`, that leaves text its contrast. */
function shareOf(background: string, tint: string, most: number): number {
  const extreme = extremeOn(background);
  for (let share = most; share > 0; share -= 0.01)
    if (contrastRatio(extreme, mix(background, tint, share)) >= TEXT_RATIO + 0.1) return share;
  return 0;
}

function textColours(look: Render["look"], ground: string): TextColours {
  const readable = (colour: string) => readableOn(withinLevels(colour), ground, TEXT_RATIO);
  const text = readable(look.text);
  return {
    text,
    muted: readable(mix(text, ground, 0.34)),
    accent: readable(look.accent),
    accent_2: readable(look.accent_2),
  };
}

/** The colours of a look, moved inside the legal levels and as far as needed to be read on what is behind them. */
export function paletteOf(look: Render["look"]): Palette {
  const background = groundOf(look.background);
  const surface = groundOf(look.surface);
  const tint = readableOn(withinLevels(look.accent), background, TEXT_RATIO);
  const lit = shareOf(background, tint, LIGHT.accent + FAINT_RING);
  const hazed = shareOf(background, surface, LIGHT.surface);
  const extreme = extremeOn(background);
  const grounds = [background, mix(background, tint, lit), mix(background, surface, hazed)];
  const behind = grounds.reduce((a, b) => (contrastRatio(extreme, a) <= contrastRatio(extreme, b) ? a : b));
  return {
    background,
    behind,
    surface,
    ...textColours(look, behind),
    on_surface: textColours(look, surface),
    rule: withinLevels(mix(background, extreme, 0.2)),
    light: { accent: Math.max(0, lit - FAINT_RING), surface: hazed },
  };
}
