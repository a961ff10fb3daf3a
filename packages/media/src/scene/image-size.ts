import { loadImage } from "@napi-rs/canvas";

/** Width and height in pixels of a picture file (PNG, JPEG, WebP, SVG …). @throws Error when it is not readable. */
export async function imageSize(path: string): Promise<{ width: number; height: number }> {
  const { width, height } = await loadImage(path);
  return { width, height };
}
