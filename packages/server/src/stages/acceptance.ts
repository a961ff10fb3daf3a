import { type AcceptanceReport, research, type Timing, timing } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { textsOfCaptions } from "@greenlight/media/measure/caption-texts";
import type { ExpectedLength } from "@greenlight/media/measure/check-length";
import { drawnFrames } from "@greenlight/media/measure/drawn-frames";
import { type ExpectedFilm, measureVideo } from "@greenlight/media/measure/measure-video";
import { acceptanceHtml } from "@greenlight/media/measure/report-page";
import { sceneTexts, textsOfScenes } from "@greenlight/media/measure/scene-texts";
import { UnreadableFilm } from "@greenlight/media/measure/unreadable-film";
import { z } from "zod";
import {
  type InputArtifact,
  type StageAdapter,
  type StageContext,
  StageFailure,
} from "../app/ports/stage-adapter.ts";
import { beatRequests, filmPlan } from "./film/beat-requests.ts";

const params = z.strictObject({
  /** Name of a profile of render.yaml; default: the one render.yaml names. */
  profile: z.string().optional(),
});

const MADE_BY = "measure:builtin@3";

const READS = [
  "outline",
  "video",
  "thumbnail",
  "captions",
  "timing",
  "storyboard",
  "script",
  "research_data",
  "asset",
  "voiceover",
  "music",
  "mix",
] as const;

/**
 * Measures the finished video and writes `acceptance.json` and a page to read, `acceptance.html`. A video that
 * misses its measures is still a completed stage: the report is the product, and its verdict says so.
 */
export const acceptance: StageAdapter<z.infer<typeof params>> = {
  name: "acceptance",
  version: 3,
  params,
  reads: READS,
  reads_cfg: (cfg) => ({
    profile: cfg.render.profile,
    profiles: cfg.render.profiles,
    length: cfg.brief.video,
    title: cfg.brief.title,
    drawn: [cfg.render.video, cfg.render.captions, cfg.render.look, cfg.render.pacing],
  }),
  async run(ctx, { profile }) {
    const name = profile ?? ctx.cfg.render.profile;
    const limits = ctx.cfg.render.profiles[name];
    if (limits === undefined) {
      const known = Object.keys(ctx.cfg.render.profiles).join(", ");
      throw new StageFailure(
        "terminal",
        "invalid_config",
        `profile "${name}" is not in render.yaml; known: ${known}`,
      );
    }
    const video = ctx.input("video");
    ctx.progress(0, "Opening the video");
    const report = await measureVideo({
      file: video.file,
      expected: await expectedOf(ctx),
      profile: limits,
      profile_name: name,
      signal: ctx.signal,
      onProgress: (fraction) => ctx.progress(0.98 * fraction, "Measuring picture and sound"),
    }).catch((error: unknown) => {
      throw error instanceof UnreadableFilm
        ? new StageFailure("terminal", "media_unreadable", `${video.name}: ${error.message}`)
        : error;
    });
    logVerdict(ctx, report);
    const meta = { made_by: MADE_BY, verdict: report.verdict, profile: name };
    await ctx.write("acceptance_report", "acceptance.json", `${JSON.stringify(report, null, 2)}\n`, {
      media_type: "application/json",
      meta,
    });
    const page = acceptanceHtml(report, {
      title: ctx.cfg.brief.title,
      video_href: `../${video.stage}/${video.name}`,
    });
    await ctx.write("acceptance_report", "acceptance.html", page, { media_type: "text/html", meta });
    ctx.progress(1, `Verdict: ${report.verdict}`);
  },
};

/** Everything the job knows about what the video should be, as far as its artifacts exist. */
async function expectedOf(ctx: StageContext): Promise<ExpectedFilm> {
  const board = await find(ctx, "storyboard")?.json(storyboard);
  const times = await find(ctx, "timing")?.json(timing);
  return {
    storyboard: board,
    timing: times,
    language: board?.language ?? ctx.cfg.brief.language,
    length: lengthOf(ctx.cfg.brief.video),
    captions_srt: await find(ctx, "captions", "captions.srt")?.text(),
    captions_vtt: await find(ctx, "captions", "captions.vtt")?.text(),
    script: await find(ctx, "script")?.text(),
    research: await find(ctx, "research_data")?.json(research),
    voice_stem: find(ctx, "voiceover", "voice.wav")?.file,
    music_stem: find(ctx, "music", "music.wav")?.file,
    texts: board && times ? await textsOf(ctx, board, times) : undefined,
    draw_frame: board && times ? await drawnAgain(ctx, board, times) : undefined,
    artifacts: READS.flatMap((kind) => ctx.inputs(kind)).map((input) => ({
      name: `${input.stage}/${input.name}`,
      kind: input.kind,
      sha256: input.sha256,
      made_by: input.meta.made_by,
      inputs: input.meta.inputs,
      file: input.file,
    })),
  };
}

function find(ctx: StageContext, kind: (typeof READS)[number], name?: string): InputArtifact | undefined {
  return ctx.inputs(kind).find((input) => name === undefined || input.name === name);
}

/** The brief's length; its `_min` and `_max` are minutes. */
function lengthOf(video: JobCfg["brief"]["video"]): ExpectedLength | undefined {
  if (video.target_length_s !== undefined) return { target_s: video.target_length_s };
  const { target_length_min: min, target_length_max: max } = video;
  if (min === undefined && max === undefined) return undefined;
  return {
    min_s: min === undefined ? undefined : min * 60,
    max_s: max === undefined ? undefined : max * 60,
  };
}

async function textsOf(ctx: StageContext, board: Storyboard, times: Timing): Promise<ExpectedFilm["texts"]> {
  const specs = ctx
    .inputs("asset")
    .filter((input) => board.beats.some((beat) => input.name === `${beat.id}.json`));
  if (specs.length === 0) return undefined;
  const scenes = await Promise.all(specs.map((input) => input.json(sceneTexts)));
  const { captions, look } = ctx.cfg.render;
  const { width, height, language } = board;
  const burned = captions.burn_in
    ? textsOfCaptions(times.cues, captions, { width, height, language, look })
    : [];
  return [...textsOfScenes(scenes, times, board), ...burned];
}

/** The film's frames as they were drawn; undefined where the job has no stored scenes to draw them from. */
async function drawnAgain(
  ctx: StageContext,
  board: Storyboard,
  times: Timing,
): Promise<ExpectedFilm["draw_frame"]> {
  if (board.beats.some((beat) => find(ctx, "asset", `${beat.id}.json`) === undefined)) return undefined;
  const requests = await beatRequests(ctx, filmPlan(ctx.cfg.render, board, times));
  return drawnFrames(requests, {
    openImage: (sha256) => ctx.open({ sha256, size_bytes: 0 }),
    signal: ctx.signal,
  });
}

function logVerdict(ctx: StageContext, report: AcceptanceReport): void {
  for (const check of report.checks) {
    if (check.status !== "FAIL" && check.status !== "WARN") continue;
    ctx.log.warn("stage", `${check.status} ${check.id}: ${check.value} ${check.unit} (${check.threshold})`, {
      at: check.at,
    });
  }
  ctx.log.info("stage", `acceptance verdict ${report.verdict}`, { profile: report.profile });
}
