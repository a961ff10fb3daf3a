import { FilterAPI } from "node-av/api";
import type { Frame } from "node-av/lib";
import { EnvelopeMeter, type LevelEnvelope } from "./level-envelope.ts";
import { openDecoder, throughFilter } from "./open-decoder.ts";

/**
 * Decodes the first audio stream of a file once, for its level over time alone. Null when the file has no audio.
 * @throws UnreadableFilm
 */
export async function decodeEnvelope(file: string, signal: AbortSignal): Promise<LevelEnvelope | null> {
  await using opened = await openDecoder(file, "audio", signal);
  if (opened === null) return null;
  const { sampleRate, channels } = opened.stream.codecpar;
  const envelope = new EnvelopeMeter(sampleRate, channels, opened.start_s);
  const read = (frame: Frame) => {
    const bytes = frame.data?.[0];
    if (bytes !== undefined)
      envelope.add(new Float32Array(bytes.buffer, bytes.byteOffset, frame.nbSamples * channels));
  };
  using filter = FilterAPI.create("aformat=sample_fmts=flt");
  for await (const frame of opened.frames()) {
    throughFilter(filter, frame, read);
    frame.free();
  }
  throughFilter(filter, null, read);
  return envelope.finish();
}
