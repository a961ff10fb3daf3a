import { PROGRAM_RATE, type Stereo } from "../audio/stereo.ts";

type SpokenSpan = {
  readonly speech_start_s: number;
  readonly speech: { readonly sample_rate: number; readonly samples: Float32Array };
};

/**
 * How far the music lies below the voice while someone speaks, dB: the smallest ratio of their mean powers over the
 * beats' speech. Infinity where nobody speaks or there is no music.
 */
export function voiceAboveMusic(voice: Stereo, music: Stereo, spans: readonly SpokenSpan[]): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const span of spans) {
    const from = Math.max(0, Math.round(span.speech_start_s * PROGRAM_RATE));
    const seconds = span.speech.samples.length / span.speech.sample_rate;
    const to = Math.min(voice.left.length, from + Math.round(seconds * PROGRAM_RATE));
    const voicePower = power(voice, from, to);
    const musicPower = power(music, from, to);
    if (voicePower <= 0 || musicPower <= 0) continue;
    smallest = Math.min(smallest, 10 * Math.log10(voicePower / musicPower));
  }
  return smallest;
}

function power(sound: Stereo, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += (sound.left[i] ?? 0) ** 2 + (sound.right[i] ?? 0) ** 2;
  return to > from ? sum / (2 * (to - from)) : 0;
}
