/** A process that speaks some texts, tells how long each is, and ends. */
import type { Render } from "@greenlight/contract/render";
import { createSpeech, UnknownVoice } from "@greenlight/media/speech/choose-voice";
import { answerParent } from "./ask-child.ts";

export type SpeakNarration = Pick<Render, "speech" | "pacing"> & {
  readonly texts: readonly string[];
  /** BCP 47. */
  readonly language: string;
  readonly voice?: string;
};
export type NarrationMeasured = { readonly seconds: number[] } | { readonly unknown_voice: string };

answerParent<SpeakNarration, NarrationMeasured>(async ({ texts, speech, pacing, language, voice }) => {
  const synthesizer = createSpeech({ speech, pacing });
  const options = { language, ...(voice && { voice }), signal: new AbortController().signal };
  const seconds: number[] = [];
  try {
    for (const text of texts) {
      const { samples, sample_rate } = await synthesizer.speak(text, options);
      seconds.push(Math.round((samples.length / sample_rate) * 1000) / 1000);
    }
  } catch (error) {
    if (error instanceof UnknownVoice) return { unknown_voice: error.message };
    throw error;
  }
  return { seconds };
});
