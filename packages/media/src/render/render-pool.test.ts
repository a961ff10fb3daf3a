import { createHash } from "node:crypto";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BeatRender } from "./beat-render.ts";
import { renderBeat } from "./render-beat.ts";
import { openRenderPool, type RenderPool } from "./render-pool.ts";
import { smallBeat } from "./testing/small-beat.ts";
import { scratchFolder } from "./testing/small-film.ts";

let folder: string;
let pool: RenderPool;
beforeAll(async () => {
  folder = await scratchFolder();
  pool = openRenderPool({ size: 2 });
});
afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const sha = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
const openImage = async (): Promise<string> => {
  throw new Error("no such picture");
};
const deadWorker = (name: string) => new URL(`./testing/${name}.ts`, import.meta.url);

/** The beat with a photograph of this id under everything. */
function withImage(beat: BeatRender, id: string): BeatRender {
  const image = {
    type: "image" as const,
    id,
    box: { x: 0, y: 0, width: 1920, height: 1080 },
    enter: { kind: "fade" as const, at_s: 0, duration_s: 0 },
    leave_s: null,
    depth: 0,
  };
  return { ...beat, spec: { ...beat.spec, layers: [image, ...beat.spec.layers] } };
}

describe("openRenderPool", () => {
  it("renders more beats than it has workers, to the bytes that this process makes", async () => {
    const beats = [1, 2, 3].map((n) => smallBeat(at(`p${n}.mp4`), 12, `Rain ${n}`));
    const heard: number[] = [];
    const done = await Promise.all(
      beats.map((beat) => pool.render(beat, { openImage, onFrame: (frames) => heard.push(frames) })),
    );
    expect(done).toEqual(beats.map(({ out }) => ({ file: out, frame_count: 12 })));
    expect(heard.length).toBe(36);
    const own = smallBeat(at("own.mp4"), 12, "Rain 2");
    await renderBeat(own, { openImage });
    expect(await sha(at("p2.mp4"))).toBe(await sha(own.out));
    expect(await sha(at("p1.mp4"))).not.toBe(await sha(own.out));
  });

  it("draws the captions only where they are burned in, and the transition only where there is one", async () => {
    const plain = smallBeat(at("plain.mp4"), 12);
    const bare = { ...plain, captions: { ...plain.captions, burn_in: false }, out: at("bare.mp4") };
    const previous_spec = smallBeat("", 12, "Something else").spec;
    const blended = {
      ...plain,
      previous_spec,
      transition: "crossfade" as const,
      transition_s: 0.2,
      out: at("blended.mp4"),
    };
    await Promise.all([plain, bare, blended].map((beat) => pool.render(beat, { openImage })));
    const bytes = await Promise.all([plain, bare, blended].map(({ out }) => sha(out)));
    expect(new Set(bytes).size).toBe(3);
  });

  it("asks for a scene's photographs, and fails with their error", async () => {
    const photo = createCanvas(64, 36);
    photo.getContext("2d").fillRect(0, 0, 32, 36);
    const asked: string[] = [];
    const beat = withImage(smallBeat(at("photo.mp4"), 6), "sea");
    const png = photo.toBuffer("image/png");
    await pool.render(beat, {
      openImage: async (id) => {
        asked.push(id);
        return png;
      },
    });
    expect(asked).toEqual(["sea"]);
    await expect(pool.render({ ...beat, out: at("nophoto.mp4") }, { openImage })).rejects.toThrow(
      "no such picture",
    );
  });

  it("passes a bad size on with its code", async () => {
    const odd = { ...smallBeat(at("odd.mp4"), 6), width: 321 };
    await expect(pool.render(odd, { openImage })).rejects.toMatchObject({
      code: "invalid_field",
      message: expect.stringContaining("width is 321"),
    });
  });

  it("ends an aborted beat within a second, removes its file and can render on", async () => {
    const abort = new AbortController();
    const long = smallBeat(at("long.mp4"), 30_000);
    let aborted = 0;
    const rendering = pool.render(long, {
      openImage,
      signal: abort.signal,
      onFrame: (frames) => {
        if (frames !== 5) return;
        aborted = performance.now();
        abort.abort(new Error("stop"));
      },
    });
    await expect(rendering).rejects.toThrow("stop");
    expect(performance.now() - aborted).toBeLessThan(1000);
    await expect(stat(long.out)).rejects.toThrow("ENOENT");
    await expect(pool.render(smallBeat(at("after.mp4"), 3), { openImage })).resolves.toBeDefined();
  });

  it("kills a worker that does not answer an abort", async () => {
    const deaf = openRenderPool({ size: 1, worker: deadWorker("deaf-worker") });
    const abort = new AbortController();
    const rendering = deaf.render(smallBeat(at("deaf.mp4"), 6), {
      openImage,
      signal: abort.signal,
      onFrame: () => abort.abort(new Error("stop")),
    });
    await expect(rendering).rejects.toThrow("stop");
    await deaf.close();
  });

  it("reports a crash of a worker, once for each beat it was given", async () => {
    const crashing = openRenderPool({ size: 1, worker: deadWorker("crashing-worker") });
    const beats = ["c1.mp4", "c2.mp4"].map((name) => smallBeat(at(name), 6));
    const ended = await Promise.allSettled(beats.map((beat) => crashing.render(beat, { openImage })));
    for (const one of ended) {
      expect(one).toMatchObject({
        status: "rejected",
        reason: { code: "stage_crashed", message: expect.stringContaining("SIGSEGV") },
      });
    }
    await crashing.close();
  });

  it("refuses work once closed and fails what was waiting", async () => {
    const closing = openRenderPool({ size: 1, worker: deadWorker("deaf-worker") });
    const waiting = ["w1.mp4", "w2.mp4"].map((name) =>
      closing.render(smallBeat(at(name), 6), { openImage }).catch((error: { code: string }) => error.code),
    );
    await closing.close();
    expect(await Promise.all(waiting)).toEqual(["stage_crashed", "render_failed"]);
    await expect(closing.render(smallBeat(at("w3.mp4"), 6), { openImage })).rejects.toThrow("closed");
  });
});
