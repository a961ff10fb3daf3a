import { readFile } from "node:fs/promises";
import { brief } from "@greenlight/contract/brief";
import { type Timing, timing as timingSchema } from "@greenlight/contract/documents";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { readWav } from "@greenlight/media/audio/wav";
import { createSpeech } from "@greenlight/media/speech/choose-voice";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executeStage } from "../app/execute-stage.ts";
import type { Providers } from "../app/ports/providers.ts";
import { openWorkshop } from "../app/testing/engine.ts";
import { fixtureCfg } from "../domain/testing/fixtures.ts";
import { audio } from "./audio.ts";

const beat = (id: string, narration: string, duration_s: number): Storyboard["beats"][number] => ({
  id,
  section: "Why",
  narration,
  duration_s,
  speech_s: 0,
  visual: { kind: "statement", text: id },
  on_screen_text: id,
  motion: "push_in",
  transition: "cut",
  citations: [],
});
const BOARD: Storyboard = {
  slug: "tides",
  title: "Tides",
  language: "en",
  fps: 30,
  width: 320,
  height: 180,
  beats: [
    beat("b01", "The Moon pulls the water of the sea up twice a day.", 5),
    beat("b02", "A barrage holds the water back until the tide has gone out again.", 6),
    beat("b03", "Then it runs through the turbines and lights a city.", 2),
    beat("b04", "", 3),
  ],
};
const CFG = fixtureCfg();
const { directions } = CFG.render;
if (directions === undefined) throw new Error("the shipped render.yaml has no directions");

let shop: Awaited<ReturnType<typeof openWorkshop>>;
beforeAll(async () => {
  shop = await openWorkshop([]);
});
afterAll(() => shop.remove());

/** The audio stage with the real voice: what it wrote, and how loud each beat's voice and the music are. */
async function hear(said: string | readonly FeedbackNote[], music = "generated") {
  const feedback = typeof said === "string" ? (said === "" ? [] : [{ beat_id: null, notes: said }]) : said;
  const stored = await shop.objects.put(new TextEncoder().encode(JSON.stringify(BOARD)));
  const outcome = await executeStage(
    {
      job: { id: "j", slug: "tides", intent: "i" },
      stage: "audio",
      uses: "audio",
      with: {},
      attempt: 1,
      token: 1,
      cfg: { ...CFG, brief: brief.parse({ title: "Tides", music }) },
      feedback,
      patches: [],
      uploads: {},
      inputs: [
        {
          stage: "storyboard",
          kind: "storyboard",
          name: "storyboard.json",
          ...stored,
          media_type: "application/json",
          meta: { made_by: "test" },
        },
      ],
      timeout_s: 60,
    },
    {
      ...shop.deps,
      adapters: new Map([["audio", { ...audio, params: { parse: () => ({}) } }]]),
      providers: ({ render }) => ({ speech: createSpeech(render) }) as unknown as Providers,
    },
    { progress() {}, log() {} },
    new AbortController().signal,
  );
  if (outcome.ok !== true) throw new Error(JSON.stringify(outcome));
  const output = (name: string) => outcome.outputs.find((o) => o.name === name);
  const open = async (name: string) => readFile(await shop.objects.localPath(output(name)?.sha256 ?? ""));
  const times: Timing = timingSchema.parse(JSON.parse((await open("timing.json")).toString()));
  const voice = readWav(await open("voice.wav"));
  const levelDb = (sound: typeof voice, from: number, to: number) => {
    const part = sound.channels[0]?.subarray(
      Math.round(from * sound.sample_rate),
      Math.round(to * sound.sample_rate),
    );
    let power = 0;
    for (const sample of part ?? []) power += sample * sample;
    return 10 * Math.log10(power / (part?.length ?? 1) + 1e-15);
  };
  const span = (id: string) => {
    const words = times.beats.find((b) => b.beat_id === id)?.words ?? [];
    return { from: words[0]?.start_s ?? 0, to: words.at(-1)?.end_s ?? 0 };
  };
  const voiceDb = (id: string) => levelDb(voice, span(id).from, span(id).to);
  const bed = output("music.wav") ? readWav(await open("music.wav")) : null;
  return {
    outcome,
    times,
    unmet: output("timing.json")?.meta.feedback_unmet as string[],
    voice_meta: output("voice.wav")?.meta,
    spoken_s: (id: string) => span(id).to - span(id).from,
    voiceDb,
    /** The last sound of a beat's voice as it is in the file, seconds from the start of its words. */
    heard_s: (id: string) => {
      const { from } = span(id);
      const end = times.beats.find((b) => b.beat_id === id)?.end_s ?? 0;
      let at = end;
      while (at > from && levelDb(voice, at - 0.02, at) < -50) at -= 0.01;
      return at - from;
    },
    musicDb: bed ? levelDb(bed, 0, times.duration_s) : null,
    musicBelowDb: bed ? voiceDb("b02") - levelDb(bed, span("b02").from, span("b02").to) : null,
  };
}

describe("directions at the audio gate", () => {
  let plain: Awaited<ReturnType<typeof hear>>;
  beforeAll(async () => {
    plain = await hear("");
  });
  const words = (made: typeof plain, id: string) => made.times.beats.find((b) => b.beat_id === id)?.words;
  const lengths = (made: typeof plain) => made.times.beats.map((b) => [b.start_s, b.end_s]);

  it("speaks one beat slower, its words and captions with it, and makes nothing else again", async () => {
    expect([plain.outcome.from_cache, plain.unmet]).toEqual([false, []]);
    const slow = await hear([{ beat_id: "b02", notes: "slower" }], "none");
    expect(slow.unmet).toEqual([]);
    // The voice of b02, and the mix.
    expect(slow.outcome).toMatchObject({ items_built: 2, items_reused: 3 });
    const stretched = slow.spoken_s("b02") / plain.spoken_s("b02");
    expect(stretched).toBeGreaterThan(1.04);
    expect(stretched).toBeLessThan(1.09);
    expect(slow.heard_s("b02") / plain.heard_s("b02")).toBeCloseTo(stretched, 1);
    expect(slow.heard_s("b02")).toBeGreaterThan(plain.heard_s("b02") + 0.1);
    expect(lengths(slow)).toEqual(lengths(plain));
    for (const id of ["b01", "b03", "b04"]) expect(words(slow, id)).toEqual(words(plain, id));
    const cues = slow.times.cues.filter((cue) => cue.beat_id === "b02").flatMap((cue) => cue.words);
    expect(cues).toEqual(words(slow, "b02"));
    expect(slow.voice_meta).toMatchObject({ rates: { b02: 0.94 } });
  });

  it("takes the same direction in a note on the whole, adds repeated ones up, and stops at the limit", async () => {
    const once = await hear("b02: faster", "none");
    const twice = await hear("b02: faster, faster", "none");
    const most = await hear("- B02: please make it a bit faster\nb02: too slow!\nb02: faster", "none");
    expect(once.spoken_s("b02")).toBeLessThan(plain.spoken_s("b02") * 0.97);
    expect(twice.spoken_s("b02")).toBeLessThan(once.spoken_s("b02") * 0.97);
    expect([once.unmet, twice.unmet]).toEqual([[], []]);
    expect(words(most, "b02")).toEqual(words(twice, "b02"));
    expect(most.unmet).toEqual([expect.stringMatching(/^b02: faster: it is at the limit, 1\.12 of /u)]);
    expect((await hear("b02: faster\nb02: slower", "none")).times).toEqual(plain.times);
  });

  it("tells of a beat that cannot hold a slower voice, and how much room it lacks", async () => {
    const { times, unmet } = await hear("slower\nb03: slower", "none");
    expect(times.beats.map((b) => b.end_s)).toEqual(plain.times.beats.map((b) => b.end_s));
    expect(times.beats[2]?.words).toEqual(words(plain, "b03"));
    expect(times.beats[1]?.words).not.toEqual(words(plain, "b02"));
    expect(unmet).toEqual([
      expect.stringMatching(/^b03: slower: the beat lasts \d\.\d s and would need \d\.\d s; .*storyboard/u),
    ]);
  });

  it("makes one beat louder or quieter by its step against the others, the programme as loud as before", async () => {
    for (const [said, db] of [
      ["louder", directions.level_step_db],
      ["quieter, quieter", -2 * directions.level_step_db],
    ] as const) {
      const changed = await hear([{ beat_id: "b02", notes: said }], "none");
      expect(changed.unmet).toEqual([]);
      expect(changed.outcome).toMatchObject({ items_built: 1 });
      const against = (made: typeof plain) => made.voiceDb("b02") - made.voiceDb("b01");
      expect(Math.abs(against(changed) - against(plain) - db), said).toBeLessThan(0.8);
      expect(changed.times).toEqual(plain.times);
    }
  });

  it("makes the music quieter, the voice louder over it, and neither against the profile", async () => {
    const below = plain.musicBelowDb ?? 0;
    for (const said of ["music quieter", "louder"]) {
      const changed = await hear(said);
      expect(changed.unmet, said).toEqual([]);
      const moved = (changed.musicBelowDb ?? 0) - below;
      expect(Math.abs(moved - directions.music_step_db), said).toBeLessThan(0.5);
    }
    const near = await hear("music louder");
    expect(near.musicBelowDb).toBeGreaterThanOrEqual(20);
    expect(near.unmet).toEqual([
      expect.stringMatching(
        /^music louder: the profile web keeps the music 20 dB below the voice; it is 3\.0 dB/u,
      ),
    ]);
  });

  it("leaves the music out and takes it in again; the last word counts", async () => {
    const without = await hear("no music");
    expect([without.musicDb, without.unmet]).toEqual([null, []]);
    expect(without.times).toEqual(plain.times);
    expect((await hear("music off\nmusic on")).musicBelowDb).toBeCloseTo(plain.musicBelowDb ?? 0, 3);
    const silent = await hear("music on\nmusic quieter\nlouder", "none");
    expect(silent.musicDb).toBeNull();
    expect(silent.unmet).toHaveLength(3);
  });

  it("changes nothing for what it does not understand or cannot do, and names it", async () => {
    const made = await hear(
      [
        { beat_id: null, notes: "b02: warmer, please" },
        { beat_id: "b01", notes: "" },
        { beat_id: "b04", notes: "louder" },
      ],
      "none",
    );
    expect(made.times).toEqual(plain.times);
    expect(made.unmet).toEqual([
      expect.stringMatching(/^b02: “warmer, please” is a note for people; the sound knows slower, /u),
      expect.stringMatching(/^b01: the voice would say it the same way/u),
      "b04: louder: nobody speaks in it",
    ]);
  });
});
