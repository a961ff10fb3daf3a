/** One word as it is written (with its punctuation) and when it is heard, seconds from the start of the sound. */
export type SpokenWord = { readonly text: string; readonly start_s: number; readonly end_s: number };

/** Mono speech; samples −1…1. Words are in order, do not overlap and lie within the sound. */
export type Spoken = {
  readonly sample_rate: number;
  readonly samples: Float32Array;
  readonly words: readonly SpokenWord[];
};

/** What unspeakable text gives. */
export function nothingSpoken(sampleRate: number): Spoken {
  return { sample_rate: sampleRate, samples: new Float32Array(), words: [] };
}
