import { iso6392 } from "iso-639-2";
import { AV_CODEC_ID_MOV_TEXT, AVMEDIA_TYPE_SUBTITLE, Packet, type Stream } from "node-av";

/** Ticks a second of a subtitle track. */
export const SUBTITLE_TICKS = 1000;

/** A caption as it is stored softly: seconds from the start of the film, one or two lines. */
export type SubtitleCue = {
  readonly start_s: number;
  readonly end_s: number;
  readonly lines: readonly string[];
};

/** `TextSampleEntry` of 3GPP TS 26.245 5.16 after its header: centred at the bottom, white 18-point sans-serif. */
function sampleDescription(): Buffer {
  const font = Buffer.from("Sans-Serif", "latin1");
  const box = Buffer.alloc(30 + 8 + 2 + 3 + font.length);
  box.writeInt8(1, 4);
  box.writeInt8(-1, 5);
  box.writeUInt16BE(1, 22);
  box.writeUInt8(18, 25);
  box.writeUInt32BE(0xffffffff, 26);
  box.writeUInt32BE(13 + font.length, 30);
  box.write("ftab", 34, "latin1");
  box.writeUInt16BE(1, 38);
  box.writeUInt16BE(1, 40);
  box.writeUInt8(font.length, 42);
  font.copy(box, 43);
  return box;
}

/** A BCP 47 tag's language as MP4 wants it: ISO 639-2/T, three letters; `und` for one that has none. */
export function threeLetterLanguage(tag: string): string {
  const [language = ""] = tag.toLowerCase().split("-");
  const known = iso6392.find(
    (one) => one.iso6391 === language || one.iso6392B === language || one.iso6392T === language,
  );
  return known?.iso6392T ?? known?.iso6392B ?? "und";
}

/** Makes a new stream of the container a `mov_text` one. */
export function describeSubtitles(stream: Stream): void {
  const parameters = stream.codecpar;
  parameters.codecType = AVMEDIA_TYPE_SUBTITLE;
  parameters.codecId = AV_CODEC_ID_MOV_TEXT;
  parameters.extradata = sampleDescription();
}

function textPacket(start: number, end: number, text: string): Packet {
  const words = Buffer.from(text, "utf8");
  const data = Buffer.alloc(2 + words.length);
  data.writeUInt16BE(words.length, 0);
  words.copy(data, 2);
  const packet = new Packet();
  packet.alloc();
  packet.data = data;
  packet.pts = BigInt(start);
  packet.dts = BigInt(start);
  packet.duration = BigInt(end - start);
  packet.isKeyframe = true;
  return packet;
}

/**
 * One packet per cue; the muxer itself fills the gaps with empty samples. Cues are in order; one that starts before
 * the one before it ended begins when that ends.
 */
export function subtitlePackets(cues: readonly SubtitleCue[], filmS: number): Packet[] {
  const end = Math.round(filmS * SUBTITLE_TICKS);
  const packets: Packet[] = [];
  let at = 0;
  for (const cue of cues) {
    const from = Math.min(end, Math.max(at, Math.round(cue.start_s * SUBTITLE_TICKS)));
    const to = Math.min(end, Math.round(cue.end_s * SUBTITLE_TICKS));
    if (to <= from) continue;
    packets.push(textPacket(from, to, cue.lines.join("\n")));
    at = to;
  }
  return packets;
}
