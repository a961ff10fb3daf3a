import { AV_NOPTS_VALUE, AV_PKT_FLAG_CORRUPT, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from "node-av";
import { Demuxer } from "node-av/api";
import { readingFilm, UnreadableFilm } from "../measure/unreadable-film.ts";
import { type ClipFacts, clipFacts } from "./clip-facts.ts";

export type PacketFacts = {
  /** The first video stream, with the seconds from its first picture to the end of its last; null where there is none. */
  readonly picture: (ClipFacts & { readonly duration_s: number; readonly pictures: number }) | null;
  readonly has_sound: boolean;
  /** Bytes of all pictures and sounds. */
  readonly bytes: number;
};

/** A file may end this much before the length it declares, seconds: containers round, and sound may be the longer. */
const SHORT_S = 0.5;

/**
 * Reads every packet of a media file and decodes none. @throws UnreadableFilm when it is no media file, is cut
 * off or has packets the container knows to be broken; the signal's reason.
 */
export function readPackets(file: string, signal?: AbortSignal): Promise<PacketFacts> {
  return readingFilm(signal, async () => {
    await using demuxer = await Demuxer.open(file);
    if (demuxer.streams.length === 0) throw new UnreadableFilm("it has no streams");
    const video = demuxer.video();
    const tick = video ? video.timeBase.num / video.timeBase.den : 0;
    const kinds = demuxer.streams.map((stream) => stream.codecpar.codecType);
    const found = { bytes: 0, pictures: 0, start: Infinity, end: 0, last: 0 };
    for await (const packet of demuxer.packets()) {
      if (packet === null) break;
      signal?.throwIfAborted();
      const kind = kinds[packet.streamIndex];
      if (packet.hasFlags(AV_PKT_FLAG_CORRUPT)) throw new UnreadableFilm("a packet is broken or cut off");
      if (kind === AVMEDIA_TYPE_VIDEO || kind === AVMEDIA_TYPE_AUDIO) found.bytes += packet.size;
      if (packet.streamIndex === video?.index) {
        found.pictures += 1;
        if (packet.pts !== AV_NOPTS_VALUE) {
          found.start = Math.min(found.start, Number(packet.pts));
          found.end = Math.max(found.end, Number(packet.pts + packet.duration));
        }
      }
      const base = demuxer.streams[packet.streamIndex]?.timeBase;
      if (packet.pts !== AV_NOPTS_VALUE && base)
        found.last = Math.max(found.last, (Number(packet.pts + packet.duration) * base.num) / base.den);
      packet.free();
    }
    const declared = demuxer.duration + Math.max(0, demuxer.startTime);
    if (Number.isFinite(declared) && found.last < declared - SHORT_S)
      throw new UnreadableFilm(
        `it ends after ${found.last.toFixed(1)} s of the ${declared.toFixed(1)} s it declares`,
      );
    const duration_s = Math.max(0, found.end - found.start) * tick;
    return {
      picture: video ? { ...clipFacts(video), duration_s, pictures: found.pictures } : null,
      has_sound: kinds.includes(AVMEDIA_TYPE_AUDIO),
      bytes: found.bytes,
    };
  });
}
