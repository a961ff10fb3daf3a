import { Decoder, Demuxer, FilterAPI } from "node-av/api";
import { Frame } from "node-av/lib";
import { joinSamples } from "./filter-audio.ts";
import { PROGRAM_RATE, type Stereo } from "./stereo.ts";

/** The file cannot be read as sound. The message names the file and the reason. */
export class UnreadableAudio extends Error {
  override name = "UnreadableAudio";
}

/**
 * Decodes the first audio stream of a file (any format FFmpeg reads) to 48 kHz stereo.
 * @throws UnreadableAudio when there is no such file, no audio in it, or it holds no samples.
 */
export async function decodeFile(path: string, signal?: AbortSignal): Promise<Stereo> {
  const left: Float32Array[] = [];
  const right: Float32Array[] = [];
  try {
    await using input = await Demuxer.open(path);
    const stream = input.audio();
    if (!stream) throw new UnreadableAudio(`${path} has no audio stream`);
    using decoder = await Decoder.create(stream);
    using filter = FilterAPI.create(
      `aresample=${PROGRAM_RATE}:filter_size=64,aformat=sample_fmts=fltp:channel_layouts=stereo`,
      { graph: { nbThreads: 1 } },
    );
    for await (using frame of filter.frames(decoder.frames(input.packets(stream.index)))) {
      signal?.throwIfAborted();
      if (!(frame instanceof Frame)) continue;
      const planes = frame.extendedData ?? frame.data ?? [];
      left.push(copyPlane(planes[0], frame.nbSamples));
      right.push(copyPlane(planes[1], frame.nbSamples));
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UnreadableAudio) throw error;
    throw new UnreadableAudio(`${path} cannot be read as sound: ${String(error)}`, { cause: error });
  }
  const sound = { left: joinSamples(left), right: joinSamples(right) };
  if (sound.left.length === 0) throw new UnreadableAudio(`${path} holds no sound`);
  return sound;
}

function copyPlane(plane: Buffer | undefined, count: number): Float32Array {
  const samples = new Float32Array(count);
  if (plane) Buffer.from(samples.buffer).set(plane.subarray(0, count * 4));
  return samples;
}
