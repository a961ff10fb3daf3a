import { join } from "node:path";
import { encodeAudio } from "@greenlight/media/render/encode-audio";
import type { FileRef } from "../../app/ports/object-store.ts";
import type { StageContext } from "../../app/ports/stage-adapter.ts";
import { asStageFailure } from "./render-film.ts";

/** The film's sound, encoded as the film carries it; sound that did not change is not encoded again. */
export function encodeSound(ctx: StageContext, sound: FileRef): Promise<FileRef> {
  const key = { sound: sound.sha256, kbps: ctx.cfg.render.video.audio_kbps };
  return ctx.once("aac@1", key, async () => {
    const out = join(ctx.workdir, "sound.mp4");
    const { kbps } = key;
    const began = performance.now();
    const job = { file: await ctx.open(sound), kbps, coder: "best", out, signal: ctx.signal } as const;
    await encodeAudio(job).catch((error: unknown) => {
      throw asStageFailure(error);
    });
    ctx.log.info("stage", "sound encoded", { ms: Math.round(performance.now() - began) });
    return ctx.store(out);
  });
}

/** Two results that are made side by side. Where one fails the other is still waited for: it writes in the same folder. */
export async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}
