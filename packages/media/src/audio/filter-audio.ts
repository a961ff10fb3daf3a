import { FilterComplexAPI } from "node-av/api";
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_LOG_ERROR,
  AV_SAMPLE_FMT_FLTP,
} from "node-av/constants";
import { Frame, Log } from "node-av/lib";

// FFmpeg's filters report their sums on stderr, which belongs to the program's own log.
Log.setLevel(AV_LOG_ERROR);

/** Sound for a filter graph: planar samples, one array per channel (1 or 2), all of one length. */
export type FilterInput = {
  readonly label: string;
  readonly channels: readonly Float32Array[];
  readonly sample_rate: number;
};

/** What came out at a label: planar samples, and the metadata of the last frame that carried any. */
export type FilterOutput = {
  readonly channels: readonly Float32Array[];
  readonly sample_rate: number;
  readonly metadata: Readonly<Record<string, string>>;
};

// Half a second: large enough that crossing into native code costs nothing, small enough to keep frames in cache.
const FRAMES_PER_SECOND = 2;

/**
 * Runs sound through an FFmpeg filter graph in process, on one thread, so equal input gives equal bytes. Inputs and
 * outputs are named in the graph: `[voice]highpass=f=80[out]`. Every output must be planar float (fltp).
 * @throws Error when the graph does not parse or an input is empty.
 */
export async function filterAudio(
  graph: string,
  inputs: readonly FilterInput[],
  outputs: readonly string[],
  signal?: AbortSignal,
): Promise<Record<string, FilterOutput>> {
  const collectors = new Map(outputs.map((label) => [label, new Collector()]));
  using filter = FilterComplexAPI.create(graph, {
    inputs: inputs.map((input) => ({ label: input.label })),
    outputs: outputs.map((label) => ({ label })),
    graph: { nbThreads: 1 },
  });
  const drain = async (): Promise<void> => {
    for (const [label, collector] of collectors) {
      for (;;) {
        using frame = await receive(filter, label);
        if (!frame) break;
        collector.take(frame);
      }
    }
  };
  const longest = Math.max(...inputs.map((i) => (i.channels[0]?.length ?? 0) / i.sample_rate));
  for (let turn = 0; turn < longest * FRAMES_PER_SECOND; turn += 1) {
    signal?.throwIfAborted();
    for (const input of inputs) {
      const size = Math.floor(input.sample_rate / FRAMES_PER_SECOND);
      using frame = toFrame(input, turn * size, size);
      if (frame) await filter.process(input.label, frame);
    }
    await drain();
  }
  await filter.flush();
  await drain();
  return Object.fromEntries([...collectors].map(([label, collector]) => [label, collector.result()]));
}

/** Runs one sound through a chain of filters (`highpass=f=80,volume=3dB`). The output is planar float. */
export async function filterSound(
  chain: string,
  channels: readonly Float32Array[],
  sampleRate: number,
  signal?: AbortSignal,
): Promise<FilterOutput> {
  const out = await filterAudio(
    `[in]${chain},aformat=sample_fmts=fltp[out]`,
    [{ label: "in", channels, sample_rate: sampleRate }],
    ["out"],
    signal,
  );
  if (!out.out) throw new Error("the filter graph has no output");
  return out.out;
}

async function receive(filter: FilterComplexAPI, label: string): Promise<Frame | null> {
  if (!filter.isInitialized) return null;
  const frame = await filter.receive(label);
  return frame instanceof Frame ? frame : null;
}

function toFrame(input: FilterInput, start: number, size: number): Frame | null {
  const length = Math.min(size, (input.channels[0]?.length ?? 0) - start);
  if (length <= 0) return null;
  const planar = Buffer.alloc(length * 4 * input.channels.length);
  input.channels.forEach((samples, channel) => {
    const bytes = Buffer.from(samples.buffer, samples.byteOffset + start * 4, length * 4);
    bytes.copy(planar, channel * length * 4);
  });
  return Frame.fromAudioBuffer(planar, {
    nbSamples: length,
    format: AV_SAMPLE_FMT_FLTP,
    sampleRate: input.sample_rate,
    channelLayout: input.channels.length === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO,
    timeBase: { num: 1, den: input.sample_rate },
    pts: BigInt(start),
  });
}

class Collector {
  private readonly parts: Float32Array[][] = [];
  private sampleRate = 0;
  private metadata: Record<string, string> = {};

  take(frame: Frame): void {
    const planes = frame.extendedData ?? frame.data ?? [];
    this.sampleRate = frame.sampleRate;
    this.parts.push(planes.slice(0, frame.channels).map((plane) => copySamples(plane, frame.nbSamples)));
    const metadata = frame.getMetadata().getAll();
    if (Object.keys(metadata).length > 0) this.metadata = metadata;
  }

  result(): FilterOutput {
    const { parts, sampleRate, metadata } = this;
    let joined: Float32Array[] | undefined;
    return {
      sample_rate: sampleRate,
      metadata,
      // Whoever only measures does not wait for the samples.
      get channels() {
        joined ??= Array.from({ length: parts[0]?.length ?? 0 }, (_, channel) =>
          joinSamples(parts.map((part) => part[channel] ?? new Float32Array())),
        );
        return joined;
      },
    };
  }
}

function copySamples(plane: Buffer, count: number): Float32Array {
  const samples = new Float32Array(count);
  Buffer.from(samples.buffer).set(plane.subarray(0, count * 4));
  return samples;
}

/** One array after the other. */
export function joinSamples(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
