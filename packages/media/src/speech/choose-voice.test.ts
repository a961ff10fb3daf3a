import { describe, expect, it } from "vitest";
import { chooseVoice, createSpeech, UnknownVoice } from "./choose-voice.ts";
import type { Spoken } from "./spoken.ts";
import { writtenWords } from "./written-words.ts";

const VOICES = { en: "flite/rms", "*": "espeak/default" };
const SETTINGS = {
  speech: { voices: VOICES, loudness_lufs: -16, highpass_hz: 80 },
  pacing: {
    beat_min_s: 2.5,
    beat_max_s: 12,
    card_min_s: 3.5,
    lead_s: 0.25,
    tail_s: 0.35,
    transition_s: 0.4,
    words_per_minute: 160,
  },
};
const speech = createSpeech(SETTINGS);
const PROSE =
  "Heat pumps move warmth instead of making it. For every unit of electricity they use, they deliver three units of heat, which is why they beat even the best boiler. Cities that planned early now save millions every winter, and their air is cleaner too. Many homes need only a few small changes before they can switch.";

function speak(text: string, language = "en", voice?: string): Promise<Spoken> {
  const signal = new AbortController().signal;
  return speech.speak(text, { language, signal, ...(voice === undefined ? {} : { voice }) });
}

function expectTimed(spoken: Spoken): void {
  let at = 0;
  for (const word of spoken.words) {
    expect(word.start_s).toBeGreaterThanOrEqual(at);
    expect(word.end_s).toBeGreaterThanOrEqual(word.start_s);
    at = word.end_s;
  }
  expect(at).toBeLessThanOrEqual(spoken.samples.length / spoken.sample_rate + 1e-9);
}

function levelDb(spoken: Spoken, start_s: number, end_s: number): number {
  const part = spoken.samples.subarray(
    Math.round(start_s * spoken.sample_rate),
    Math.round(end_s * spoken.sample_rate),
  );
  return 10 * Math.log10(part.reduce((sum, s) => sum + s * s, 0) / Math.max(1, part.length) + 1e-12);
}

describe("English speech", () => {
  it("speaks plain prose at 140 to 180 words a minute, starting at once", async () => {
    const spoken = await speak(PROSE);
    const minutes = spoken.samples.length / spoken.sample_rate / 60;
    expect(spoken.words.length / minutes).toBeGreaterThan(148);
    expect(spoken.words.length / minutes).toBeLessThan(172);
    const onset = spoken.samples.findIndex((s) => Math.abs(s) > 0.01) / spoken.sample_rate;
    expect(onset).toBeLessThan(0.06);
  });

  it("times each written word where it sounds", async () => {
    const spoken = await speak(PROSE);
    expect(spoken.words.map((word) => word.text)).toEqual(PROSE.split(" "));
    expectTimed(spoken);
    for (const word of spoken.words) {
      expect(word.end_s - word.start_s).toBeGreaterThan(0.02);
      expect(levelDb(spoken, word.start_s, word.end_s)).toBeGreaterThan(-40);
    }
    const pause = spoken.words.findIndex((word) => word.text === "it.");
    const from = spoken.words[pause]?.end_s ?? 0;
    const to = spoken.words[pause + 1]?.start_s ?? 0;
    expect(to - from).toBeGreaterThan(0.15);
    expect(levelDb(spoken, from + 0.05, to - 0.05)).toBeLessThan(-45);
  });

  it.each([
    ["en", "The sea rises twice a day, and then it falls again."],
    ["de", "Das Meer steigt zweimal am Tag, und dann fällt es wieder."],
  ])("speaks %s at a share of its rate, every word and the sound itself", async (language, text) => {
    const { signal } = new AbortController();
    const length = async (rate: number) => {
      const { samples, sample_rate, words } = await speech.speak(text, { language, rate, signal });
      expect(words).toHaveLength(text.split(" ").length);
      const last = samples.findLastIndex((sample) => Math.abs(sample) > 0.01) / sample_rate;
      const end_s = words.at(-1)?.end_s ?? 0;
      expect(Math.abs(end_s - last)).toBeLessThan(0.2);
      return end_s;
    };
    const usual = await length(1);
    for (const rate of [0.88, 0.94, 1.12])
      expect(Math.abs((await length(rate)) / usual - 1 / rate)).toBeLessThan(0.04);
  });

  it("gives numbers and abbreviations their longer time", async () => {
    const spoken = await speak("It fell by 22.5% in the U.S. after 1998.");
    expectTimed(spoken);
    const length = (text: string): number => {
      const word = spoken.words.find((w) => w.text === text);
      return (word?.end_s ?? 0) - (word?.start_s ?? 0);
    };
    expect(length("22.5%")).toBeGreaterThan(1.2);
    expect(length("1998.")).toBeGreaterThan(0.8);
    expect(length("by")).toBeLessThan(0.4);
  });

  it("gives the same samples again", async () => {
    const [once, again] = [await speak("The sun rises, 太陽 too."), await speak("The sun rises, 太陽 too.")];
    expect(again.words).toEqual(once.words);
    expect(Buffer.from(again.samples.buffer).equals(Buffer.from(once.samples.buffer))).toBe(true);
  });

  it("has nothing to say for nothing", async () => {
    for (const text of ["", " \n ", "🎉 🎉", "\u0000\u0007", "…", "[S1]"]) {
      const spoken = await speak(text);
      expect([text, spoken.samples.length, spoken.words]).toEqual([text, 0, []]);
    }
  });

  it("gives words in other scripts to a voice that can read them", async () => {
    const text = "The word 太陽 means sun and مرحبا means hello.";
    const spoken = await speak(text);
    expect(spoken.words.map((word) => word.text)).toEqual(writtenWords(text, "en"));
    expectTimed(spoken);
    const foreign = spoken.words.find((word) => word.text === "太陽");
    expect(levelDb(spoken, foreign?.start_s ?? 0, foreign?.end_s ?? 0)).toBeGreaterThan(-40);
  });

  it.each([
    ["a word of 5,000 letters", "a".repeat(5000)],
    ["5,000 characters without a full stop", "sun and wind ".repeat(385)],
    ["control characters and half of a surrogate pair", "Hi\u0001\u0008 there\ud83d \u202eyou\u0000 😀"],
    ["markup", 'A <mark name="x"/> & <b>b</b> [[h@l]] </speak>'],
  ])("survives %s", async (_, text) => {
    const spoken = await speak(text, "en", "kal16");
    expect(spoken.words.map((word) => word.text)).toEqual(writtenWords(text, "en"));
    expectTimed(spoken);
    expect(spoken.samples.every(Number.isFinite)).toBe(true);
  });

  it("stops when asked to", async () => {
    const controller = new AbortController();
    const speaking = speech.speak("sun and wind ".repeat(385), { language: "en", signal: controller.signal });
    setTimeout(() => controller.abort(new Error("canceled")), 50);
    await expect(speaking).rejects.toThrow("canceled");
  });
});

describe("speech in other languages", () => {
  it.each([
    ["de", "Die Sonne scheint, und es sind 23 Grad. Morgen regnet es!"],
    ["fr-FR", "L'énergie solaire coûte 5 € par jour."],
    ["ja", "太陽の光は電気になる。AIはすごい。"],
    ["zh-CN", "太阳能电池板把阳光变成电能。"],
    ["ar", "الشمس تعطي الكهرباء كل يوم."],
    ["hi", "सूरज बिजली देता है।"],
    ["ru", "Солнце даёт энергию — 50% каждый день. 🎉"],
  ])("%s", async (language, text) => {
    const spoken = await speak(text, language);
    expect(spoken.words.map((word) => word.text)).toEqual(writtenWords(text, language));
    expectTimed(spoken);
    for (const word of spoken.words) expect(word.end_s - word.start_s).toBeGreaterThan(0.02);
    expect(levelDb(spoken, 0, spoken.words.at(-1)?.end_s ?? 0)).toBeGreaterThan(-35);
  });
});

describe("chooseVoice", () => {
  it("takes the language's voice, the asked one, or the rest's", async () => {
    expect(await chooseVoice(VOICES, "en-GB", undefined)).toEqual({ provider: "flite", name: "rms" });
    expect(await chooseVoice(VOICES, "en", "slt")).toEqual({ provider: "flite", name: "slt" });
    expect(await chooseVoice(VOICES, "pt-BR", undefined)).toEqual({ provider: "espeak", name: "pt-br" });
    expect(await chooseVoice(VOICES, "en", "espeak/en-us")).toEqual({ provider: "espeak", name: "en-us" });
  });

  it.each([
    ["en", "flite/nobody", /flite has no voice "nobody": use one of rms/],
    ["en", "cloud/ann", /no speech provider is called "cloud"/],
    ["de", "flite/rms", /flite speaks English, not de/],
    ["xx", undefined, /espeak has no voice "default" for xx/],
  ])("refuses %s with %s", async (language, voice, message) => {
    const choosing = chooseVoice(VOICES, language, voice);
    await expect(choosing).rejects.toThrow(UnknownVoice);
    await expect(choosing).rejects.toThrow(message);
  });

  it("says how to configure a language without a voice", async () => {
    await expect(chooseVoice({ en: "flite/rms" }, "de", undefined)).rejects.toThrow('add "de" or "*"');
  });
});

describe("a configuration with an English voice alone", () => {
  const alone = createSpeech({
    speech: { ...SETTINGS.speech, voices: { en: "flite/rms" } },
    pacing: SETTINGS.pacing,
  });
  const signal = new AbortController().signal;

  it("leaves words of another script unspoken", async () => {
    const [mixed, plain] = await Promise.all(
      ["They call it \u6f6e\u6c50 here.", "They call it here."].map((text) =>
        alone.speak(text, { language: "en", signal }),
      ),
    );
    const foreign = mixed?.words.filter(({ text }) => /\p{Script=Han}/u.test(text)) ?? [];
    expect(foreign.length).toBeGreaterThan(0);
    for (const word of foreign) expect(word.end_s).toBe(word.start_s);
    expect(plain?.words.every(({ start_s, end_s }) => end_s > start_s)).toBe(true);
  });

  it("refuses another language", async () => {
    await expect(alone.speak("Guten Tag", { language: "de", signal })).rejects.toThrow(UnknownVoice);
  });
});
