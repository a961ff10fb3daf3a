import type { Render } from "@greenlight/contract/render";
import {
  AV_CODEC_FLAG_CLOSED_GOP,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  Codec,
  CodecContext,
  FF_ENCODER_LIBX264,
  Rational,
} from "node-av";
import { checked, present } from "./ffmpeg-result.ts";
import { assertVideoSize } from "./picture-format.ts";

export type VideoFormat = {
  /** Pixels, even. */
  readonly width: number;
  readonly height: number;
  /** Frames per second, whole. */
  readonly fps: number;
  readonly encode: Render["video"];
};

/**
 * Opens libx264: High profile, closed GOPs of at most `gop_s`, tagged BT.709 limited range. Equal formats give equal
 * parameter sets whatever is drawn (`stitchable`), so that segments can be joined by their packets; key frames come
 * by the clock alone (no scene cuts), and the bytes depend only on the pictures and the format. The caller frees it.
 * @throws RenderFailure `invalid_field` for an odd size.
 */
export function openVideoEncoder(format: VideoFormat): CodecContext {
  const { width, height, fps, encode } = format;
  assertVideoSize(width, height);
  const codec = present(Codec.findEncoderByName(FF_ENCODER_LIBX264), "the encoder libx264");
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, fps);
  context.framerate = new Rational(fps, 1);
  context.sampleAspectRatio = new Rational(1, 1);
  context.gopSize = Math.max(1, Math.floor(encode.gop_s * fps));
  context.threadCount = encode.threads;
  context.colorSpace = AVCOL_SPC_BT709;
  context.colorRange = AVCOL_RANGE_MPEG;
  context.colorPrimaries = AVCOL_PRI_BT709;
  context.colorTrc = AVCOL_TRC_BT709;
  context.chromaLocation = AVCHROMA_LOC_LEFT;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_CLOSED_GOP);
  try {
    // Options are set one by one: a Dictionary given to open2 is freed twice.
    for (const [name, value] of [
      ["preset", encode.preset],
      ["crf", encode.crf],
      // 8x8 transforms make it High with every preset. cpu-independent: without it the macroblock tree is computed
      // with vector code whose result differs once in some dozen runs, and from processor to processor.
      ["x264-params", "stitchable=1:scenecut=0:8x8dct=1:cpu-independent=1"],
    ] as const) {
      checked(context.setOption(name, value), `set ${name} of the encoder libx264`);
    }
    checked(context.open2Sync(codec), "open the encoder libx264");
  } catch (error) {
    context.freeContext();
    throw error;
  }
  return context;
}
