import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import { notesByBeat } from "@greenlight/contract/notes-by-beat";
import type { Beat, Storyboard } from "@greenlight/contract/storyboard";
import { storyboard } from "@greenlight/contract/storyboard";
import { BEAT_STILL_AT, sceneStill } from "@greenlight/media/render/scene-still";
import { undrawable } from "@greenlight/media/scene/fonts";
import { layoutBeat } from "@greenlight/media/scene/layout-beat";
import { planTimeline } from "@greenlight/media/timeline";
import type { FileRef } from "../app/ports/object-store.ts";
import { type StageAdapter, type StageContext, StageFailure } from "../app/ports/stage-adapter.ts";
import { asStageFailure } from "./film/render-film.ts";
import { noteOnClip, openShown, type ShownFile } from "./film/shown-file.ts";
import { hearUnmet } from "./hear-unmet.ts";
import { asJson, type NoParams, noParams } from "./no-params.ts";
import { lengthsOf, speakBeats } from "./speech/speak.ts";

type Picture = FileRef & ShownFile & { readonly media_type: string };
type Item = { readonly beat: Beat; readonly duration_s: number; readonly picture: Picture | null };
type Drawn = Item & { readonly variant: number };

/**
 * The pictures: for each beat a scene `<beat>.json` (every layer with its place, colours and times) and a still
 * `<beat>.png`; the photographs and videos that scenes use are kept beside them.
 */
export const assets: StageAdapter<NoParams> = {
  name: "assets",
  version: 5,
  params: noParams,
  reads: ["storyboard"],
  reads_cfg: ({ brief, files, render, modules }) => ({
    language: brief.language,
    voice: brief.voice ?? null,
    files,
    look: render.look,
    pacing: render.pacing,
    speech: modules.speech ?? null,
  }),
  async run(ctx) {
    const board = await ctx.input("storyboard").json(storyboard);
    refuseUndrawable(board);
    const spoken = await speakBeats(ctx, board, [0, 0.3]);
    const times = planTimeline(board, lengthsOf(spoken), ctx.cfg.render.pacing, board.fps);
    const items: Drawn[] = [];
    const heard = hearUnmet(ctx);
    const notes = notesByBeat(
      ctx.feedback,
      board.beats.map(({ id }) => id),
    );
    tellNotes(notes, heard.tell);
    for (const [index, beat] of board.beats.entries()) {
      const time = times[index];
      if (!time) throw new Error(`beat ${beat.id} has no place on the timeline`);
      const item = await withPicture(ctx, beat, time.end_s - time.start_s);
      items.push({ ...item, variant: rejections(notes, beat) });
    }
    const { look, pacing } = ctx.cfg.render;
    const drawn = await ctx.map(
      items,
      {
        name: "pictures",
        concurrency: 2,
        progress: [0.3, 1],
        key: (item) => ({ item, look, pacing, frame: frameOf(board) }),
      },
      (item) => draw(ctx, board, item),
    );
    for (const [index, { scene, still }] of drawn.entries()) {
      const { beat, picture } = items[index] as Drawn;
      const asked = heard.meta();
      const own = {
        feedback: asked.feedback.filter((note) => note.beat_id === beat.id || note.beat_id === null),
        feedback_unmet: asked.feedback_unmet.filter((w) => w.startsWith(`${beat.id}: `) || w.startsWith("“")),
      };
      const meta = {
        made_by: "images:builtin@1",
        beat_id: beat.id,
        visual: beat.visual.kind,
        ...(own.feedback.length > 0 && own),
      };
      await ctx.write("asset", `${beat.id}.json`, scene, { media_type: "application/json", meta });
      await ctx.write("asset", `${beat.id}.png`, still, { media_type: "image/png", meta });
      if (picture) {
        const note = picture.clip && noteOnClip(picture.clip, (items[index] as Drawn).duration_s);
        if (note) ctx.log.info("stage", `${beat.id}: ${note}`);
        await ctx.write("asset", `${beat.id}-${picture.clip ? "video" : "photo"}`, picture, {
          media_type: picture.media_type,
          meta: { made_by: "brief", beat_id: beat.id, ...(note && { note }) },
          inputs: [picture.sha256],
        });
      }
    }
  },
};

/** How often reviewers rejected this beat's picture: each time it is drawn in its next variant. */
const rejections = (notes: readonly FeedbackNote[], { id }: Beat): number =>
  notes.filter((note) => note.beat_id === id).length;

/** A picture can be drawn another way, but words about it are for people: each is told. */
function tellNotes(feedback: readonly FeedbackNote[], tell: (unmet: string) => void): void {
  for (const { beat_id, notes } of feedback)
    if (notes.trim() !== "")
      tell(
        beat_id === null
          ? `“${notes}” is a note for people; reject the beats whose pictures are to be drawn anew, or replace one`
          : `${beat_id}: “${notes}” is a note for people; the picture is drawn in its next variant`,
      );
}

/** Stops before a letter would be drawn as an empty box or in a font of the machine. */
function refuseUndrawable(board: Storyboard): void {
  for (const { id, section, narration, visual } of board.beats) {
    const letters = undrawable(
      [board.title, section, narration, ...Object.values(visual)].map(textOf).join(" "),
    );
    if (letters.length > 0)
      throw new StageFailure(
        "needs_operator",
        "script_not_drawable",
        `beat ${id} has letters no font here can draw: ${letters.slice(0, 12).join(" ")}`,
      );
  }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function frameOf({ width, height, title, language }: Storyboard) {
  return { width, height, title, language };
}

/** The beat with the picture it shows: one that replaces it (a patch), or the one of the brief that it names. */
async function withPicture(ctx: StageContext, beat: Beat, duration_s: number): Promise<Item> {
  const replaced = ctx.patches.findLast((p) => p.type === "asset_replace" && p.beat_id === beat.id);
  const upload = replaced?.type === "asset_replace" ? ctx.uploads[replaced.upload_id] : undefined;
  if (replaced && !upload)
    throw new StageFailure(
      "needs_operator",
      "upload_not_found",
      `the upload that replaces ${beat.id} is gone`,
    );
  const named = beat.visual.kind === "image" ? ctx.cfg.files[beat.visual.src] : undefined;
  if (beat.visual.kind === "image" && !named && !upload)
    throw new StageFailure(
      "needs_operator",
      "source_missing",
      `the brief has no picture or video ${beat.visual.src}`,
    );
  const file = upload ?? named;
  if (!file) return { beat, duration_s, picture: null };
  const { sha256, size_bytes, media_type } = file;
  const shown = await openShown(ctx, file).catch((error: unknown) => {
    ctx.signal.throwIfAborted();
    ctx.log.warn("stage", `the picture or video of ${beat.id} cannot be read`, { error });
    throw new StageFailure(
      "needs_operator",
      "media_unreadable",
      `the picture or video of ${beat.id} cannot be read`,
    );
  });
  const alt = beat.visual.kind === "image" ? beat.visual.alt : undefined;
  const visual = { kind: "image" as const, src: sha256, ...(alt && { alt }) };
  return { beat: { ...beat, visual }, duration_s, picture: { sha256, size_bytes, media_type, ...shown } };
}

async function draw(
  ctx: StageContext,
  board: Storyboard,
  item: Drawn,
): Promise<{ scene: FileRef; still: FileRef }> {
  ctx.signal.throwIfAborted();
  const { beat, duration_s, picture } = item;
  const spec = layoutBeat({
    ...frameOf(board),
    beat,
    duration_s,
    variant: item.variant,
    look: ctx.cfg.render.look,
    pacing: ctx.cfg.render.pacing,
    image: picture ? { ...picture, id: picture.sha256 } : undefined,
  });
  const openImage = () =>
    picture ? ctx.open(picture) : Promise.reject(new Error("the scene has no picture"));
  const still = await sceneStill(spec, BEAT_STILL_AT, openImage).catch((error: unknown) => {
    throw asStageFailure(error);
  });
  const keep = async (name: string, data: string | Uint8Array) => {
    const path = join(ctx.workdir, name);
    await writeFile(path, data);
    return ctx.store(path);
  };
  return { scene: await keep(`${beat.id}.json`, asJson(spec)), still: await keep(`${beat.id}.png`, still) };
}
