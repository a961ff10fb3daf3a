/**
 * The fonts of every picture. They come from npm packages, are registered with Skia once a process under names of
 * our own (so that no font of the machine is taken for one of them), and stay for the process's life.
 */
import { createRequire } from "node:module";
import { GlobalFonts } from "@napi-rs/canvas";
import type { Font } from "./scene-spec.ts";

const resolve = createRequire(import.meta.url).resolve;
const INTER_SUBSETS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"];
const WEIGHTS = [400, 700] as const;

/** One colour like the letters around them: colour emoji would break palette and levels. */
const FALLBACKS = "'GL Arabic', 'GL Japanese', 'GL Emoji'";
const STACKS = { sans: `'GL Inter', ${FALLBACKS}`, mono: `'GL Mono', 'GL Inter', ${FALLBACKS}` } as const;

let registered = false;

function register(file: string, family: string): void {
  if (GlobalFonts.registerFromPath(resolve(`@fontsource/${file}`), family) === null)
    throw new Error(`The font file @fontsource/${file} could not be read; reinstall the npm packages.`);
}

/** Registers all families; later calls do nothing. @throws Error when a font file is missing or broken. */
export function registerFonts(): void {
  if (registered) return;
  for (const weight of WEIGHTS) {
    for (const subset of INTER_SUBSETS)
      register(`inter/files/inter-${subset}-${weight}-normal.woff2`, "GL Inter");
    register(`jetbrains-mono/files/jetbrains-mono-latin-${weight}-normal.woff2`, "GL Mono");
    register(`noto-sans-arabic/files/noto-sans-arabic-arabic-${weight}-normal.woff2`, "GL Arabic");
    register(`noto-sans-jp/files/noto-sans-jp-japanese-${weight}-normal.woff2`, "GL Japanese");
  }
  register("noto-emoji/files/noto-emoji-emoji-400-normal.woff2", "GL Emoji");
  registered = true;
}

/** The value for a context's `font`. */
export function cssFont(font: Font, scale = 1): string {
  return `${font.weight} ${font.size_px * scale}px ${STACKS[font.family]}`;
}
