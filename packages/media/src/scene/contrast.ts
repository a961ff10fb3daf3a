/** Colours are `#rrggbb`. Channels are 0…255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export function rgbOf(hex: string): Rgb {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

export function hexOf(rgb: Rgb): string {
  return `#${rgb.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance 0…1. Source: WCAG 2.2, definition of relative luminance. */
export function luminance(hex: string): number {
  const [r, g, b] = rgbOf(hex).map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio 1…21. Source: WCAG 2.2, definition of contrast ratio. */
export function contrastRatio(a: string, b: string): number {
  const la = luminance(a);
  const lb = luminance(b);
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

/** `share` of `b` in `a`: 0 gives a, 1 gives b. */
export function mix(a: string, b: string, share: number): string {
  const from = rgbOf(a);
  const to = rgbOf(b);
  return hexOf(
    [0, 1, 2].map((i) => (from[i] ?? 0) * (1 - share) + (to[i] ?? 0) * share) as [number, number, number],
  );
}

/** Lowest and highest channel drawn, one step inside 5–246 (EBU R103) because the encoder rounds. */
export const LEVELS = { low: 7, high: 244 } as const;

export function withinLevels(hex: string): string {
  return hexOf(
    rgbOf(hex).map((c) => Math.min(LEVELS.high, Math.max(LEVELS.low, c))) as [number, number, number],
  );
}

/** The colour nearest to `colour` that reaches `ratio` on `behind`: moved to the lightest or darkest as far as needed. */
export function readableOn(colour: string, behind: string, ratio: number): string {
  const lightest = hexOf([LEVELS.high, LEVELS.high, LEVELS.high]);
  const darkest = hexOf([LEVELS.low, LEVELS.low, LEVELS.low]);
  const goal = contrastRatio(lightest, behind) >= contrastRatio(darkest, behind) ? lightest : darkest;
  for (let share = 0; share < 1; share += 0.02) {
    const candidate = withinLevels(mix(colour, goal, share));
    if (contrastRatio(candidate, behind) >= ratio) return candidate;
  }
  return goal;
}
