import { filterSound } from "./filter-audio.ts";

/** Changes the sample rate (FFmpeg's swresample, a 64-tap filter per phase). Channels keep their number. */
export async function resample(
  channels: readonly Float32Array[],
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<readonly Float32Array[]> {
  if (from === to || (channels[0]?.length ?? 0) === 0) return channels;
  const out = await filterSound(`aresample=${to}:filter_size=64`, channels, from, signal);
  return out.channels;
}
