import {
  AV_PIX_FMT_RGB0,
  AV_PIX_FMT_YUV420P,
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RGB,
  AVCOL_TRC_BT709,
  Frame,
  SoftwareScaleContext,
} from "node-av";
import { checked } from "./ffmpeg-result.ts";
import { RenderFailure } from "./render-failure.ts";

/** @throws RenderFailure `invalid_field` for sizes that 4:2:0 video cannot have. */
export function assertVideoSize(width: number, height: number): void {
  for (const [field, value] of [
    ["width", width],
    ["height", height],
  ] as const) {
    if (!Number.isInteger(value) || value < 16 || value % 2 !== 0) {
      const near = Math.max(16, 2 * Math.round(value / 2));
      throw new RenderFailure(
        "invalid_field",
        `${field} is ${value}: video needs an even number of pixels, at least 16; use ${Number.isFinite(near) ? near : 16}`,
      );
    }
  }
}

/** What the canvas draws: opaque RGB of full range, four bytes a pixel. The caller frees the frame. */
export function allocRgbFrame(width: number, height: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_PIX_FMT_RGB0;
  frame.width = width;
  frame.height = height;
  frame.colorSpace = AVCOL_SPC_RGB;
  frame.colorRange = AVCOL_RANGE_JPEG;
  frame.colorPrimaries = AVCOL_PRI_BT709;
  frame.colorTrc = AVCOL_TRC_BT709;
  checked(frame.getBuffer(0), "allocate an RGB picture");
  return frame;
}

/** What the encoder takes: yuv420p, BT.709, limited range. The caller frees the frame. */
export function allocYuvFrame(width: number, height: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_PIX_FMT_YUV420P;
  frame.width = width;
  frame.height = height;
  frame.colorSpace = AVCOL_SPC_BT709;
  frame.colorRange = AVCOL_RANGE_MPEG;
  frame.colorPrimaries = AVCOL_PRI_BT709;
  frame.colorTrc = AVCOL_TRC_BT709;
  frame.chromaLocation = AVCHROMA_LOC_LEFT;
  checked(frame.getBuffer(0), "allocate a YUV picture");
  return frame;
}

/**
 * Converts between the two formats above; matrix and range come from the frames' tags. `bilinear` averages the
 * colour of neighbouring pixels and stays within one code value of the exact BT.709 formula.
 */
export function openConverter(): SoftwareScaleContext {
  const scaler = new SoftwareScaleContext();
  scaler.allocContext();
  checked(scaler.setOption("sws_flags", "bilinear"), "set up the colour conversion");
  return scaler;
}
