export type SpokenWord = {
  /** As written in the text, with its punctuation. */
  readonly text: string;
  /** Seconds from the start of the audio. */
  readonly start_s: number;
  readonly end_s: number;
};

/** Mono speech; `samples` −1…1. */
export type Spoken = {
  readonly sample_rate: number;
  readonly samples: Float32Array;
  readonly words: readonly SpokenWord[];
};

export interface SpeechSynthesizer {
  /** e.g. `speech:flite/rms`. */
  readonly id: string;
  /** Empty or unspeakable text gives zero samples and no words. `rate`: share of the configured words a minute. */
  speak(
    text: string,
    options: { language: string; voice?: string; rate?: number; signal: AbortSignal },
  ): Promise<Spoken>;
}
