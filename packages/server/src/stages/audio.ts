import { storyboard } from "@greenlight/contract/storyboard";
import { writeSrt } from "@greenlight/media/captions/srt";
import { writeWebVtt } from "@greenlight/media/captions/webvtt";
import { buildTiming } from "@greenlight/media/timeline";
import type { StageAdapter, StageContext } from "../app/ports/stage-adapter.ts";
import { heldUnmet, levelsAsked } from "./audio/levels-asked.ts";
import { mixFilm } from "./audio/mix-film.ts";
import { type AskedSound, readDirections } from "./audio/read-directions.ts";
import { speakAsAsked } from "./audio/speak-as-asked.ts";
import { hearUnmet, tellAllUnmet } from "./hear-unmet.ts";
import { asJson, type NoParams, noParams } from "./no-params.ts";
import { lengthsOf } from "./speech/speak.ts";

const NOTHING_ASKED: AskedSound = {
  rate: 0,
  voice: 0,
  music: 0,
  music_on: null,
  beats: new Map(),
  unmet: [],
};

/**
 * The film's sound and captions: speech of each beat on the film's clock, music, mix, as reviewers' directions ask.
 * Writes `timing.json`, `captions.srt`, `captions.vtt`, `mix.wav`, and the stems `voice.wav` and `music.wav`.
 */
export const audio: StageAdapter<NoParams> = {
  name: "audio",
  version: 4,
  params: noParams,
  reads: ["storyboard"],
  reads_cfg: ({ brief, files, render, modules }) => ({
    language: brief.language,
    voice: brief.voice ?? null,
    music: brief.music,
    music_file: files[brief.music]?.sha256 ?? null,
    pacing: render.pacing,
    captions: render.captions,
    speech: render.speech,
    bed: render.music,
    directions: render.directions ?? null,
    profile: render.profiles[render.profile] ?? null,
    speech_by: modules.speech ?? null,
  }),
  async run(ctx) {
    const board = await ctx.input("storyboard").json(storyboard);
    const { brief, render } = ctx.cfg;
    const { directions } = render;
    const heard =
      directions === undefined
        ? tellAllUnmet(ctx, "render.yaml has no directions; send a level_adjust patch, or edit the beat")
        : hearUnmet(ctx);
    const asked = directions
      ? readDirections(
          ctx.feedback,
          board.beats.map(({ id }) => id),
          directions.words,
        )
      : NOTHING_ASKED;
    for (const unmet of asked.unmet) heard.tell(unmet);
    const { spoken, rates } = await speakAsAsked(ctx, board, asked, directions, heard.tell);
    const timing = buildTiming(board, lengthsOf(spoken), render, board.fps);
    const piece = asked.music_on === false ? "none" : brief.music;
    if (asked.music_on && piece === "none") heard.tell("music on: the brief has no music; set its music");
    const sound = { has_music: piece !== "none", speaks: (beatId: string) => spoken.has(beatId) };
    const levels = levelsAsked(ctx.patches, asked, directions, sound, heard.tell);
    const files = await mixFilm(ctx, timing, spoken, levels, piece);
    const least_db = render.profiles[render.profile]?.music_below_voice_db ?? 0;
    const held = heldUnmet(asked, files.music_held_db, render.profile, least_db);
    if (held !== null) heard.tell(held);
    const speechBy = ctx.providers.speech.id;
    const json = { media_type: "application/json", meta: { made_by: speechBy, ...heard.meta() } };
    await ctx.write("timing", "timing.json", asJson(timing), json);
    await ctx.write("captions", "captions.srt", writeSrt(timing.cues), {
      media_type: "application/x-subrip",
      meta: { made_by: speechBy, language: board.language },
    });
    await ctx.write("captions", "captions.vtt", writeWebVtt(timing.cues), {
      media_type: "text/vtt",
      meta: { made_by: speechBy, language: board.language },
    });
    const wav = (made_by: string) => ({
      media_type: "audio/wav",
      meta: { made_by, duration_s: timing.duration_s },
    });
    await ctx.write("mix", "mix.wav", files.mix, { ...wav("mix:builtin@2"), inputs: heardIn(ctx, piece) });
    const voice = wav(speechBy);
    await ctx.write("voiceover", "voice.wav", files.voice, {
      ...voice,
      meta: {
        ...voice.meta,
        ...(rates.size > 0 && { rates: Object.fromEntries(rates) }),
        ...(levels.beat_db.size > 0 && { beat_db: Object.fromEntries(levels.beat_db) }),
      },
    });
    if (files.music)
      await ctx.write("music", "music.wav", files.music, {
        ...wav(musicMaker(piece)),
        inputs: heardIn(ctx, piece),
      });
    ctx.progress(1, `${timing.duration_s.toFixed(1)} s, ${timing.cues.length} captions`);
  },
};

/** What mix and music are made from: the storyboard, and the piece of music if the brief names one. */
function heardIn(ctx: StageContext, piece: string): string[] {
  const music = ctx.cfg.files[piece];
  return [ctx.input("storyboard").sha256, ...(music ? [music.sha256] : [])];
}

function musicMaker(piece: string): string {
  return piece === "generated" ? "music:builtin@1" : "music:brief";
}
