/**
 * The fonts of every picture. They come from npm packages, are registered with Skia once a process under names of
 * our own (so that no font of the machine is taken for one of them), and stay for the process's life. The large fonts
 * of single scripts are registered when a text first needs them.
 */
import { createRequire } from "node:module";
import { GlobalFonts } from "@napi-rs/canvas";
import type { Font } from "./scene-spec.ts";

const resolve = createRequire(import.meta.url).resolve;
const INTER_SUBSETS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"];
const WEIGHTS = [400, 700] as const;

type ScriptFont = { readonly script: RegExp; readonly family: string; readonly file: string };

/** In this order: Japanese draws the ideographs it has, simplified Chinese those it lacks. */
const SCRIPT_FONTS: readonly ScriptFont[] = [
  {
    script: /\p{Script=Arabic}/u,
    family: "GL Arabic",
    file: "noto-sans-arabic/files/noto-sans-arabic-arabic",
  },
  {
    script: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u,
    family: "GL Japanese",
    file: "noto-sans-jp/files/noto-sans-jp-japanese",
  },
  {
    script: /\p{Script=Han}/u,
    family: "GL Chinese",
    file: "noto-sans-sc/files/noto-sans-sc-chinese-simplified",
  },
  { script: /\p{Script=Hangul}/u, family: "GL Korean", file: "noto-sans-kr/files/noto-sans-kr-korean" },
  {
    script: /\p{Script=Hebrew}/u,
    family: "GL Hebrew",
    file: "noto-sans-hebrew/files/noto-sans-hebrew-hebrew",
  },
  {
    script: /\p{Script=Devanagari}/u,
    family: "GL Devanagari",
    file: "noto-sans-devanagari/files/noto-sans-devanagari-devanagari",
  },
  { script: /\p{Script=Thai}/u, family: "GL Thai", file: "noto-sans-thai/files/noto-sans-thai-thai" },
];

/** Scripts that can be drawn: those above, and those of the main family. */
const DRAWN =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Common}\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}\p{Script=Hangul}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Thai}]/u;

/** The letters of a text that no font here has a script for, each once; empty when all of it can be drawn. */
export function undrawable(text: string): string[] {
  return [...new Set(text.match(/\p{L}/gu) ?? [])].filter((letter) => !DRAWN.test(letter));
}

/** One colour like the letters around them: colour emoji would break palette and levels. */
const FALLBACKS = [...SCRIPT_FONTS.map(({ family }) => `'${family}'`), "'GL Emoji'"].join(", ");
const STACKS = { sans: `'GL Inter', ${FALLBACKS}`, mono: `'GL Mono', 'GL Inter', ${FALLBACKS}` } as const;

const registered = new Set<string>();

function register(file: string, family: string): void {
  if (GlobalFonts.registerFromPath(resolve(`@fontsource/${file}`), family) === null)
    throw new Error(`The font file @fontsource/${file} could not be read; reinstall the npm packages.`);
}

/**
 * Registers the main families, and those of the scripts that `text` is written in; later calls do nothing.
 * @throws Error when a font file is missing or broken.
 */
export function registerFonts(text = ""): void {
  if (!registered.has("main")) {
    for (const weight of WEIGHTS) {
      for (const subset of INTER_SUBSETS)
        register(`inter/files/inter-${subset}-${weight}-normal.woff2`, "GL Inter");
      register(`jetbrains-mono/files/jetbrains-mono-latin-${weight}-normal.woff2`, "GL Mono");
    }
    register("noto-emoji/files/noto-emoji-emoji-400-normal.woff2", "GL Emoji");
    registered.add("main");
  }
  if (/^[\p{Script=Latin}\p{ASCII}]*$/u.test(text)) return;
  for (const { script, family, file } of SCRIPT_FONTS) {
    if (registered.has(family) || !script.test(text)) continue;
    for (const weight of WEIGHTS) register(`${file}-${weight}-normal.woff2`, family);
    registered.add(family);
  }
}

/** The value for a context's `font`. */
export function cssFont(font: Font, scale = 1): string {
  return `${font.weight} ${font.size_px * scale}px ${STACKS[font.family]}`;
}
