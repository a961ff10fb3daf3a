import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brief } from "@greenlight/contract/brief";
import { timing as timingSchema } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import { storyboard as storyboardSchema } from "@greenlight/contract/storyboard";
import { parseCaptions } from "@greenlight/media/measure/parse-captions";
import { probeFilm } from "@greenlight/media/measure/probe-film";
import { renderBeat } from "@greenlight/media/render/render-beat";
import { imageSize } from "@greenlight/media/scene/image-size";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDiskObjects } from "../packages/server/src/adapters/artifacts/disk.ts";
import { openDiskCache } from "../packages/server/src/adapters/artifacts/disk-cache.ts";
import { createInProcessExecutor } from "../packages/server/src/app/in-process-executor.ts";
import type { ObjectStore } from "../packages/server/src/app/ports/object-store.ts";
import type { StageExecutor, StageOutput } from "../packages/server/src/app/ports/stage-executor.ts";
import { loadConfig, readEnvironment } from "../packages/server/src/config.ts";
import { createProviders } from "../packages/server/src/providers.ts";
import { STAGES } from "../packages/server/src/stages/registry.ts";

const SOURCES = {
  ar: `المد والجزر هما ارتفاع مياه البحر وانخفاضها مرتين كل يوم. يحدث ذلك لأن القمر يجذب مياه المحيطات نحوه. عندما تدور الأرض يمر كل شاطئ بالماء المرتفع ثم بالماء المنخفض. يبني الناس سدودا عبر الخلجان لاستخدام هذه الحركة. يدخل الماء عند المد عبر البوابات المفتوحة ثم تغلق البوابات. عندما ينخفض البحر يخرج الماء عبر التوربينات فتدور. تدير التوربينات مولدات تنتج الكهرباء للمدن القريبة. أول محطة كبيرة افتتحت في فرنسا سنة 1966. ما زالت هذه المحطة تعمل بعد أكثر من خمسين سنة. تنتج المحطة حوالي 500 جيجاواط ساعة كل سنة. يمكن معرفة وقت المد قبل سنوات كثيرة. لذلك تعرف الشبكة متى تصل الطاقة وكم ستكون. لكن بناء السدود يكلف الكثير من المال ويغير حياة الأسماك والطيور في الخليج.`,
  ja: `潮の満ち引きは、海の水が一日に二回高くなったり低くなったりすることです。これは月が海の水を引っ張るために起こります。地球が回ると、どの海岸も高い水と低い水を順番に迎えます。人々はこの動きを使うために湾に堰を作ります。満潮のとき、水は開いた水門を通って湾に入ります。その後、水門は閉じられます。海が低くなると、湾の水はタービンを通って外に流れます。タービンは発電機を回して、近くの町に電気を送ります。最初の大きな発電所は1966年にフランスで開かれました。この発電所は五十年以上たった今も動いています。毎年およそ500ギガワット時の電気を作ります。潮の時刻は何年も前から分かります。そのため、電力会社はいつ電気が来るかを知っています。しかし、堰を作るには多くのお金がかかります。湾の魚や鳥の暮らしも変わります。`,
  en: `The tide 🌊 rises and falls twice a day because the moon 🌕 pulls the sea. People 👩🏽‍🔧👨‍👩‍👧‍👦 build dams across bays to use this motion 💪🏿. The water enters through open gates at high tide ⬆️. The gates close ⛔ and the sea falls again ⬇️. The water then leaves through turbines ⚙️ that turn generators ⚡️. The first large plant opened in France 🇫🇷 in 1966. It still runs after more than fifty years 🎂🎉. It makes about 500 gigawatt hours each year 📈. 🌕🌖🌗🌘🌑. The time of each tide is known years ahead 🗓️. The grid therefore knows when power comes and how much 1️⃣2️⃣3️⃣. A dam costs a great deal of money 💸💸💸. It also changes the life of fish 🐟 and birds 🐦‍⬛ in the bay ❤️‍🩹.`,
} as const;
const STAGE_IDS = ["outline", "research", "script", "storyboard", "assets", "audio"];
const SMALL = { width: 320, height: 180 } as const;

let folder = "";
let objects: ObjectStore;
let executor: StageExecutor;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scripts-"));
  objects = await openDiskObjects({ root: join(folder, "objects") });
  executor = createInProcessExecutor({
    adapters: STAGES,
    objects,
    cache: openDiskCache({ root: join(folder, "cache"), objects }),
    providers: createProviders({ max_bytes: 1e6, timeout_ms: 1000, allow_private_addresses: false }),
    scratch: folder,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Made = StageOutput & { readonly stage: string };

/** Runs the stages as the engine would; a stage that fails says so. */
async function runStages(cfg: JobCfg): Promise<Made[]> {
  const made: Made[] = [];
  for (const stage of STAGE_IDS) {
    const outcome = await executor.run(
      {
        job: { id: "0", slug: "tides", intent: cfg.brief.intent },
        ...{ stage, uses: stage, with: {}, attempt: 1, token: 1, cfg },
        ...{ feedback: [], patches: [], uploads: {}, inputs: [...made], timeout_s: 60 },
      },
      { progress: () => {}, log: () => {} },
      new AbortController().signal,
    );
    expect(outcome, stage).toMatchObject({ ok: true });
    if (outcome.ok === true) made.push(...outcome.outputs.map((output) => ({ ...output, stage })));
  }
  return made;
}

/** Letters, digits and symbols alone: where lines break and spaces stand is the captions' own. */
const bare = (text: string): string => text.normalize("NFC").replace(/\s+/gu, "");

describe.each(Object.entries(SOURCES))("a source in %s", (language, text) => {
  it("is written, drawn, spoken and captioned", async () => {
    const { render, modules, prompts } = loadConfig({ home: folder, env: readEnvironment({}) });
    const cfg: JobCfg = {
      brief: brief.parse({
        ...{ title: text.slice(0, 20), language, music: "none", sources: [{ text }] },
        video: { target_length_s: 20, resolution: "640x360" },
      }),
      ...{ files: {}, render, models: modules.models, seed: 7 },
      modules: { writer: modules.writer, speech: modules.speech, prompts },
    };
    const made = await runStages(cfg);
    const file = (name: string): Promise<string> => {
      const found = made.find((output) => output.name === name);
      return objects.localPath(found?.sha256 ?? `no ${name}`);
    };
    const read = async (name: string) => readFile(await file(name), "utf8");
    const board = storyboardSchema.parse(JSON.parse(await read("storyboard.json")));
    const timing = timingSchema.parse(JSON.parse(await read("timing.json")));

    const narration = bare(board.beats.map((beat) => beat.narration).join(" "));
    expect(narration.length).toBeGreaterThan(40);
    for (const name of ["captions.srt", "captions.vtt"]) {
      const cues = parseCaptions(await read(name));
      expect(bare(cues.map((cue) => cue.lines.join(" ")).join(" ")), name).toBe(narration);
    }
    expect(timing.duration_s).toBeGreaterThan(10);
    expect(timing.duration_s).toBeLessThan(30);
    const { audio } = await probeFilm(await file("mix.wav"));
    expect(audio?.length_s).toBeCloseTo(timing.duration_s, 1);

    for (const beat of board.beats)
      expect(await imageSize(await file(`${beat.id}.png`))).toEqual({ width: 640, height: 360 });
    for (const output of made) expect(output.meta.inputs, output.name).toBeDefined();

    const [first] = timing.beats;
    const spec = sceneSpec.parse(JSON.parse(await read(`${first?.beat_id}.json`)));
    const frame_count = Math.round((first?.end_s ?? 0) * 15);
    const out = join(folder, `${language}.mp4`);
    await renderBeat(
      {
        ...{ spec, previous_spec: null, transition: "cut", transition_s: 0, first_frame: 0, frame_count },
        ...{ fps: 15, ...SMALL, cues: timing.cues.filter((cue) => cue.beat_id === first?.beat_id) },
        ...{ captions: render.captions, look: render.look, language, out },
        encode: { ...render.video, preset: "ultrafast" },
      },
      { openImage: () => Promise.reject(new Error("the scene has no picture")) },
    );
    const { video } = await probeFilm(out);
    expect(video?.packets).toHaveLength(frame_count);
    expect(video?.stream).toMatchObject(SMALL);
  });
});
