import { open } from "node:fs/promises";
import { FormatContext, Packet, type Stream } from "node-av";

export type InspectedPacket = { pts: number; dts: number; duration: number; key: boolean; data: Buffer };
export type InspectedStream = { stream: Stream; packets: InspectedPacket[] };

/** Demuxes a whole file and hands its streams over, with times in seconds, while it is open. */
export async function inspectMp4<T>(
  path: string,
  look: (streams: InspectedStream[], input: FormatContext) => T,
) {
  const input = new FormatContext();
  if ((await input.openInput(path)) < 0) throw new Error(`${path} does not open`);
  try {
    await input.findStreamInfo();
    const streams = input.streams.map((stream): InspectedStream => ({ stream, packets: [] }));
    for (;;) {
      const packet = new Packet();
      packet.alloc();
      const ended = (await input.readFrame(packet)) < 0;
      const into = ended ? undefined : streams[packet.streamIndex];
      if (into !== undefined) {
        const tick = into.stream.timeBase.toDouble();
        into.packets.push({
          pts: Number(packet.pts) * tick,
          dts: Number(packet.dts) * tick,
          duration: Number(packet.duration) * tick,
          key: packet.isKeyframe,
          data: Buffer.from(packet.data ?? Buffer.alloc(0)),
        });
      }
      packet.free();
      if (ended) return look(streams, input);
    }
  } finally {
    await input.closeInput();
  }
}

/** Types of the top-level boxes, in file order. */
export async function topBoxes(path: string): Promise<string[]> {
  const file = await open(path);
  const types: string[] = [];
  try {
    const { size } = await file.stat();
    const header = Buffer.alloc(8);
    for (let at = 0; at < size; at += Math.max(8, header.readUInt32BE(0))) {
      await file.read(header, 0, 8, at);
      types.push(header.toString("latin1", 4, 8));
    }
    return types;
  } finally {
    await file.close();
  }
}
