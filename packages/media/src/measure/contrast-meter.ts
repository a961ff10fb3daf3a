import { FilterAPI } from "node-av/api";
import type { Frame } from "node-av/lib";
import type { FullFrameReader } from "./decode-picture.ts";
import type { DrawnText } from "./drawn-text.ts";
import { inkContrast, type RgbaPicture } from "./ink-contrast.ts";

export type ContrastReading = { readonly text: DrawnText; readonly time_s: number; readonly ratio: number };

/** Measures the contrast of drawn texts on decoded pixels, each once, while it is to be seen. */
export class ContrastMeter implements FullFrameReader {
  readonly times: readonly number[];
  readonly readings: ContrastReading[] = [];
  readonly unseen: DrawnText[] = [];
  readonly #due: ReadonlyMap<number, readonly DrawnText[]>;

  constructor(texts: readonly DrawnText[]) {
    const due = new Map<number, DrawnText[]>();
    for (const text of texts) {
      // Two thirds in: everything of the beat has entered and nothing leaves yet; texts of a beat share frames.
      const time = Math.round((text.visible.start_s * 0.35 + text.visible.end_s * 0.65) * 2) / 2;
      const at = Math.min(Math.max(time, text.visible.start_s), text.visible.end_s);
      due.set(at, [...(due.get(at) ?? []), text]);
    }
    this.#due = due;
    this.times = [...due.keys()].sort((a, b) => a - b);
  }

  async read(frame: Frame, timeS: number, index: number): Promise<void> {
    const texts = this.#due.get(this.times[index] ?? Number.NaN) ?? [];
    const picture = toRgba(frame);
    for (const text of texts) {
      const ratio = inkContrast(picture, text.box, text.colours);
      if (ratio === null) this.unseen.push(text);
      else this.readings.push({ text, time_s: timeS, ratio });
    }
  }
}

/** A decoded frame as RGBA, its colour tags honoured. */
function toRgba(frame: Frame): RgbaPicture {
  using filter = FilterAPI.create("scale=in_color_matrix=bt709:in_range=tv:out_range=pc,format=rgba");
  filter.processSync(frame);
  filter.processSync(null);
  const out = filter.receiveSync();
  if (!out) throw new Error("the frame could not be turned into RGBA");
  try {
    const data = out.data?.[0];
    const stride = out.linesize[0];
    if (data === undefined || stride === undefined) throw new Error("the frame has no pixels");
    return { width: out.width, height: out.height, stride, data: new Uint8Array(data) };
  } finally {
    out.free();
  }
}
