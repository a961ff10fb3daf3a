import { AV_LOG_ERROR, FFmpegError, Log } from "node-av";
import { RenderFailure } from "./render-failure.ts";

Log.setLevel(AV_LOG_ERROR);

/** Passes a return value of FFmpeg on. @throws RenderFailure `render_failed` when it is negative. */
export function checked(result: number, doing: string): number {
  if (result < 0) {
    throw new RenderFailure("render_failed", `${doing}: ${FFmpegError.strerror(result)}`);
  }
  return result;
}

/** Passes a value on that FFmpeg gives only when all is well. @throws RenderFailure `render_failed`. */
export function present<T>(value: T | null | undefined, doing: string): T {
  if (value === null || value === undefined) {
    throw new RenderFailure("render_failed", `${doing}: not available`);
  }
  return value;
}
