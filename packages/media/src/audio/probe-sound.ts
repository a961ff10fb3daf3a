import { Decoder, Demuxer } from "node-av/api";
import { Frame } from "node-av/lib";
import { UnreadableAudio } from "./decode-file.ts";

/**
 * Decodes a file's sound up to its first samples, to know that it is sound without reading all of it.
 * @throws UnreadableAudio
 */
export async function probeSound(path: string): Promise<void> {
  try {
    await using input = await Demuxer.open(path);
    const stream = input.audio();
    if (!stream) throw new UnreadableAudio(`${path} has no audio stream`);
    using decoder = await Decoder.create(stream);
    for await (using frame of decoder.frames(input.packets(stream.index)))
      if (frame instanceof Frame && frame.nbSamples > 0) return;
  } catch (error) {
    if (error instanceof UnreadableAudio) throw error;
    throw new UnreadableAudio(`${path} cannot be read as sound: ${String(error)}`, { cause: error });
  }
  throw new UnreadableAudio(`${path} holds no sound`);
}
