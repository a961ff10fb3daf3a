import { Encoder, Muxer } from "node-av/api";
import { AV_PIX_FMT_YUV420P, FF_ENCODER_LIBVPX_VP9 } from "node-av/constants";
import { Frame, type Packet, Rational } from "node-av/lib";
import type { Clip } from "./make-clip.ts";

/** Writes the picture of a clip as VP9 in WebM, without sound. */
export async function makeWebm({ file, length_s, fps, width, height, paint, gop }: Clip): Promise<void> {
  const timeBase = new Rational(1, fps);
  const encoder = await Encoder.create(FF_ENCODER_LIBVPX_VP9, {
    gopSize: gop ?? fps * 2,
    threadCount: 1,
    options: { deadline: "realtime", "cpu-used": 8 },
  });
  const muxer = await Muxer.open(file);
  const stream = muxer.addStream(encoder);
  const write = async (packets: readonly Packet[]) => {
    for (const packet of packets) await muxer.writePacket(packet, stream);
  };
  const data = Buffer.alloc((width * height * 3) / 2, 128);
  for (let index = 0; index < Math.round(length_s * fps); index++) {
    paint(data.subarray(0, width * height), index / fps);
    const format = AV_PIX_FMT_YUV420P;
    const frame = Frame.fromVideoBuffer(data, { width, height, format, timeBase, pts: BigInt(index) });
    frame.duration = 1n;
    await write(await encoder.encodeAll(frame));
    frame.free();
  }
  await write(await encoder.encodeAll(null));
  await muxer.close();
}
