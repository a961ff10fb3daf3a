/** Language by which a run of letters foreign to Latin is spoken when nothing says which language it is. */
const SCRIPT_LANGUAGES: readonly (readonly [script: RegExp, language: string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, "ja"],
  [/\p{Script=Han}/u, "zh"],
  [/\p{Script=Hangul}/u, "ko"],
  [/\p{Script=Arabic}/u, "ar"],
  [/\p{Script=Hebrew}/u, "he"],
  [/\p{Script=Cyrillic}/u, "ru"],
  [/\p{Script=Greek}/u, "el"],
  [/\p{Script=Devanagari}/u, "hi"],
  [/\p{Script=Bengali}/u, "bn"],
  [/\p{Script=Tamil}/u, "ta"],
  [/\p{Script=Telugu}/u, "te"],
  [/\p{Script=Thai}/u, "th"],
  [/\p{Script=Georgian}/u, "ka"],
  [/\p{Script=Armenian}/u, "hy"],
  [/\p{Script=Ethiopic}/u, "am"],
];

/** The language a word's own letters point to, or undefined where they are Latin or none. */
export function languageOfScript(word: string): string | undefined {
  const letters = word.replace(/[^\p{L}\p{M}]/gu, "");
  if (letters === "" || /\p{Script=Latin}/u.test(letters)) return undefined;
  return SCRIPT_LANGUAGES.find(([script]) => script.test(letters))?.[1];
}
