import { type FilterOutput, filterSound } from "../audio/filter-audio.ts";
import { PROGRAM_RATE, type Stereo } from "../audio/stereo.ts";

export type Loudness = {
  /** Integrated loudness; −70 is the floor of the measurement (silence). */
  readonly integrated_lufs: number;
  /** Highest of both channels, 4× oversampled; −Infinity for silence. */
  readonly true_peak_dbtp: number;
  /** Loudness range, LU. */
  readonly lra_lu: number;
};

/** Measures 48 kHz stereo by EBU R128 (FFmpeg's `ebur128`). */
export async function measureLoudness(sound: Stereo, signal?: AbortSignal): Promise<Loudness> {
  const metadata = await ebur128(sound, "peak=true:", signal);
  const peaks = [0, 1].map((channel) => Number(metadata[`lavfi.r128.true_peaks_ch${channel}`] ?? 0));
  return {
    integrated_lufs: integratedIn(metadata),
    true_peak_dbtp: 20 * Math.log10(Math.max(...peaks)),
    lra_lu: Number(metadata["lavfi.r128.LRA"] ?? 0),
  };
}

/** The integrated loudness alone, LUFS: the peaks between samples are half of the work. */
export async function integratedLoudness(sound: Stereo, signal?: AbortSignal): Promise<number> {
  return integratedIn(await ebur128(sound, "", signal));
}

async function ebur128(
  sound: Stereo,
  peaks: string,
  signal?: AbortSignal,
): Promise<FilterOutput["metadata"]> {
  // The measurement is over whole 100 ms blocks: padded silence lets the last words count; gating ignores the pad.
  const { metadata } = await filterSound(
    `apad=pad_dur=0.5,ebur128=${peaks}metadata=1`,
    [sound.left, sound.right],
    PROGRAM_RATE,
    signal,
  );
  return metadata;
}

function integratedIn(metadata: FilterOutput["metadata"]): number {
  return Number(metadata["lavfi.r128.I"] ?? -70);
}
