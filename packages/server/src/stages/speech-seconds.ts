import type { StageContext } from "../app/ports.ts";

/** Measures how long the job's voice takes for a text, seconds. Each text is spoken once; only its length is kept. */
export function speechSecondsOf(ctx: StageContext): (text: string) => Promise<number> {
  const { speech } = ctx.providers;
  const { language, voice } = ctx.cfg.brief;
  const { words_per_minute } = ctx.cfg.render.pacing;
  const by = { id: speech.id, speech: ctx.cfg.render.speech, words_per_minute };
  return (text) =>
    ctx.once("speech_seconds", { text, language, voice: voice ?? null, by }, async () => {
      const spoken = await speech.speak(text, {
        language,
        ...(voice === undefined ? {} : { voice }),
        signal: ctx.signal,
      });
      return Math.round((spoken.samples.length / spoken.sample_rate) * 1000) / 1000;
    });
}
