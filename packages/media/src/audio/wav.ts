/**
 * RIFF WAVE, PCM 16 or 24 bit or 32-bit float, any number of channels.
 * Layout: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", and RFC 2361.
 */

export type WavSound = { readonly sample_rate: number; readonly channels: readonly Float32Array[] };
export type WavFormat = "pcm16" | "pcm24" | "float32";

const BYTES: Record<WavFormat, number> = { pcm16: 2, pcm24: 3, float32: 4 };
const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** Samples beyond −1…1 are clipped in the PCM formats. */
export function writeWav(sound: WavSound, format: WavFormat): Uint8Array {
  const channels = sound.channels;
  const length = channels[0]?.length ?? 0;
  const width = BYTES[format];
  const block = width * Math.max(1, channels.length);
  const buffer = Buffer.alloc(44 + length * block);
  buffer.write("RIFF", 0, "latin1");
  buffer.writeUInt32LE(36 + length * block, 4);
  buffer.write("WAVEfmt ", 8, "latin1");
  buffer.writeUInt32LE(16, 16);
  buffer.writeUInt16LE(format === "float32" ? FLOAT : PCM, 20);
  buffer.writeUInt16LE(Math.max(1, channels.length), 22);
  buffer.writeUInt32LE(sound.sample_rate, 24);
  buffer.writeUInt32LE(sound.sample_rate * block, 28);
  buffer.writeUInt16LE(block, 32);
  buffer.writeUInt16LE(width * 8, 34);
  buffer.write("data", 36, "latin1");
  buffer.writeUInt32LE(length * block, 40);
  channels.forEach((samples, channel) => {
    const at = 44 + channel * width;
    if (format === "pcm16") writePcm16(buffer, at, block, samples.subarray(0, length));
    else for (let i = 0; i < length; i += 1) writeSample(buffer, at + i * block, samples[i] ?? 0, format);
  });
  return buffer;
}

/** @throws Error when the bytes are no WAVE file, or hold another encoding than PCM 16/24 or float. */
export function readWav(bytes: Uint8Array): WavSound {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (
    buffer.length < 12 ||
    buffer.toString("latin1", 0, 4) !== "RIFF" ||
    buffer.toString("latin1", 8, 12) !== "WAVE"
  ) {
    throw new Error("not a RIFF WAVE file");
  }
  let format: { code: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= buffer.length; ) {
    const id = buffer.toString("latin1", at, at + 4);
    const size = Math.min(buffer.readUInt32LE(at + 4), buffer.length - at - 8);
    if (id === "fmt " && size >= 16) {
      const code = buffer.readUInt16LE(at + 8);
      format = {
        code: code === EXTENSIBLE && size >= 26 ? buffer.readUInt16LE(at + 32) : code,
        channels: buffer.readUInt16LE(at + 10),
        rate: buffer.readUInt32LE(at + 12),
        bits: buffer.readUInt16LE(at + 22),
      };
    }
    if (id === "data" && format) return decode(buffer.subarray(at + 8, at + 8 + size), format);
    at += 8 + size + (size % 2);
  }
  throw new Error("the WAVE file has no sound");
}

function decode(
  data: Buffer,
  format: { code: number; channels: number; rate: number; bits: number },
): WavSound {
  const kind = formatOf(format.code, format.bits);
  const width = BYTES[kind];
  const block = width * format.channels;
  const length = Math.floor(data.length / block);
  const channels = Array.from({ length: format.channels }, (_, channel) => {
    const samples = new Float32Array(length);
    for (let i = 0; i < length; i += 1) samples[i] = readSample(data, i * block + channel * width, kind);
    return samples;
  });
  return { sample_rate: format.rate, channels };
}

function formatOf(code: number, bits: number): WavFormat {
  if (code === PCM && bits === 16) return "pcm16";
  if (code === PCM && bits === 24) return "pcm24";
  if (code === FLOAT && bits === 32) return "float32";
  throw new Error(`WAVE encoding ${code} with ${bits} bits is not read here`);
}

/** A loop of its own: films are stored in it, and Node's buffers check their arguments for each sample. */
function writePcm16(buffer: Buffer, start: number, block: number, samples: Float32Array): void {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  for (let i = 0, at = start; i < samples.length; i += 1, at += block)
    view.setInt16(at, Math.max(-32768, Math.min(32767, Math.round((samples[i] ?? 0) * 32768))), true);
}

function writeSample(buffer: Buffer, at: number, sample: number, format: "pcm24" | "float32"): void {
  if (format === "float32") buffer.writeFloatLE(sample, at);
  else buffer.writeIntLE(Math.max(-8388608, Math.min(8388607, Math.round(sample * 8388608))), at, 3);
}

function readSample(buffer: Buffer, at: number, format: WavFormat): number {
  if (format === "float32") return buffer.readFloatLE(at);
  return format === "pcm16" ? buffer.readInt16LE(at) / 32768 : buffer.readIntLE(at, 3) / 8388608;
}
