import { FilterAPI } from "node-av/api";
import type { Frame } from "node-av/lib";
import { ClipMeter } from "./clip-meter.ts";
import type { Interval } from "./interval.ts";
import { EnvelopeMeter, type LevelEnvelope } from "./level-envelope.ts";
import { openDecoder, throughFilter } from "./open-decoder.ts";

export type SoundMeasures = {
  readonly sample_rate: number;
  readonly channels: number;
  /** First and last moment of the decoded sound, seconds. */
  readonly span: Interval;
  /** Integrated loudness, LUFS; −70 is the gate of EBU R128: nothing was loud enough to count. */
  readonly integrated_lufs: number;
  readonly range_lu: number;
  readonly true_peak_dbtp: number;
  readonly silences: readonly Interval[];
  readonly clipped: readonly Interval[];
  readonly envelope: LevelEnvelope;
};

export type SoundOptions = {
  /** What counts as silence: this level or less, for at least so long. */
  readonly silence_db: number;
  readonly silence_s: number;
  readonly signal: AbortSignal;
  /** Seconds decoded so far. */
  readonly onTime?: (seconds: number) => void;
};

/**
 * Decodes the first audio stream of a file once and measures it: EBU R128 loudness, range and true peak (FFmpeg's
 * ebur128), silence (silencedetect), clipping and the level over time. Null when the file has no audio.
 */
export async function decodeSound(file: string, options: SoundOptions): Promise<SoundMeasures | null> {
  await using opened = await openDecoder(file, "audio", options.signal);
  if (opened === null) return null;
  const { codecpar } = opened.stream;
  const rate = codecpar.sampleRate;
  const channels = codecpar.channels;
  const offset = opened.start_s;
  const clip = new ClipMeter(rate, channels, offset);
  const envelope = new EnvelopeMeter(rate, channels, offset);
  const silences: Interval[] = [];
  let silentFrom: number | null = null;
  let r128 = { integrated: -70, range: 0, peak: 0 };
  let count = 0;

  const read = (frame: Frame) => {
    count += frame.nbSamples;
    const bytes = frame.data?.[0];
    if (bytes !== undefined) {
      const samples = new Float32Array(bytes.buffer, bytes.byteOffset, frame.nbSamples * channels);
      clip.add(samples);
      envelope.add(samples);
    }
    const found = frame.getMetadata().getAll();
    r128 = {
      integrated: numberOr(found["lavfi.r128.I"], r128.integrated),
      range: numberOr(found["lavfi.r128.LRA"], r128.range),
      peak: Math.max(r128.peak, numberOr(found["lavfi.r128.true_peak"], 0)),
    };
    const start = found["lavfi.silence_start"];
    const end = found["lavfi.silence_end"];
    if (start !== undefined) silentFrom = Number(start);
    if (end !== undefined && silentFrom !== null) {
      silences.push({ start_s: silentFrom, end_s: Number(end) });
      silentFrom = null;
    }
    options.onTime?.(offset + count / rate);
  };

  using filter = FilterAPI.create(
    [
      "ebur128=metadata=1:peak=true:framelog=quiet",
      `silencedetect=n=${options.silence_db}dB:d=${options.silence_s}`,
      "aformat=sample_fmts=flt",
    ].join(","),
  );
  for await (const frame of opened.frames()) {
    throughFilter(filter, frame, read);
    frame.free();
  }
  throughFilter(filter, null, read);

  const endS = offset + count / rate;
  if (silentFrom !== null) silences.push({ start_s: silentFrom, end_s: endS });
  return {
    sample_rate: rate,
    channels,
    span: { start_s: offset, end_s: endS },
    integrated_lufs: r128.integrated,
    range_lu: r128.range,
    true_peak_dbtp: r128.peak > 0 ? 20 * Math.log10(r128.peak) : -Infinity,
    silences,
    clipped: clip.finish(),
    envelope: envelope.finish(),
  };
}

function numberOr(text: string | undefined, otherwise: number): number {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) ? value : otherwise;
}
