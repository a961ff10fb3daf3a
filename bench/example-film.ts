/** The long example as the stage `assemble` finds it: made for real up to its sound, read from the home's run folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Artifact, ArtifactKind } from "@greenlight/contract/artifact";
import { type Timing, timing } from "@greenlight/contract/documents";
import { type Job, job as jobSchema } from "@greenlight/contract/job";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { parse } from "yaml";
import { openDiskObjects } from "../packages/server/src/adapters/artifacts/disk.ts";
import type { BuildCache } from "../packages/server/src/app/ports/build-cache.ts";
import type { ObjectStore } from "../packages/server/src/app/ports/object-store.ts";
import type { Providers } from "../packages/server/src/app/ports/providers.ts";
import type { StageContext } from "../packages/server/src/app/ports/stage-adapter.ts";
import { createStageContext } from "../packages/server/src/app/stage-context.ts";
import { assemble } from "../packages/server/src/stages/assemble.ts";
import {
  type BeatRequest,
  beatRequests,
  type FilmPlan,
  filmPlan,
} from "../packages/server/src/stages/film/beat-requests.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const MAIN = path("../packages/server/src/cli/main.ts");
const BRIEF = path("../examples/tidal-power/brief.yaml");

export type ExampleFilm = {
  readonly ctx: StageContext;
  readonly plan: FilmPlan;
  readonly requests: readonly BeatRequest[];
};

export type OpenExample = {
  /** Home of the run; the example is made there unless it has one. */
  readonly home: string;
  /** Empty folder for what the stage writes. */
  readonly folder: string;
  /** Take the first beats up to here; 0 = all. */
  readonly seconds: number;
  readonly onProgress: (message: string) => void;
};

/** The stage's context, with a cache that never knows a beat, so that each run renders the film. */
export async function openExample({ home, folder, seconds, onProgress }: OpenExample): Promise<ExampleFilm> {
  const { job, run } = (await findRun(home)) ?? (await makeExample(home));
  const objects = await layeredObjects(folder, home);
  const read = (name: string) => readFile(join(run, "artifacts", name));
  const json = async (name: string): Promise<unknown> => JSON.parse(String(await read(name)));
  const whole = {
    board: storyboard.parse(await json("storyboard/storyboard.json")),
    times: timing.parse(await json("audio/timing.json")),
  };
  const { board, times } = seconds > 0 ? firstBeats(whole, seconds) : whole;
  const mix = await read("audio/mix.wav");
  const replaced = new Map<ArtifactKind, Uint8Array>([
    ["storyboard", Buffer.from(JSON.stringify(board))],
    ["timing", Buffer.from(JSON.stringify(times))],
    ["mix", times === whole.times ? mix : firstSeconds(mix, times.duration_s)],
  ]);
  const inputs = await Promise.all(
    job.artifacts
      .filter(({ kind }) => assemble.reads.includes(kind))
      .map(async (artifact): Promise<Artifact> => {
        const data = replaced.get(artifact.kind);
        return data ? { ...artifact, ...(await objects.put(data)) } : artifact;
      }),
  );
  const workdir = join(folder, "work");
  await mkdir(workdir);
  const { ctx } = await createStageContext(
    {
      job,
      stage: "assemble",
      uses: assemble.name,
      with: {},
      attempt: 1,
      token: 1,
      cfg: job.cfg,
      feedback: [],
      patches: [],
      uploads: {},
      inputs,
      timeout_s: 3600,
    },
    assemble,
    { objects, cache: forgetful, providers: noProviders, workdir },
    { progress: (_, message) => onProgress(message), log: () => {} },
    new AbortController().signal,
  );
  const plan = filmPlan(ctx.cfg.render, board, times);
  return { ctx, plan, requests: await beatRequests(ctx, plan) };
}

const forgetful: BuildCache = { get: async () => undefined, put: async () => {} };

const noProviders = new Proxy({} as Providers, {
  get(_, name) {
    throw new Error(`assemble needs no ${String(name)}`);
  },
});

type Run = { readonly job: Job; readonly run: string };

/** The newest run of the example in the home that has its sound. */
async function findRun(home: string): Promise<Run | undefined> {
  const runs = join(home, "runs");
  const { title } = parse(await readFile(BRIEF, "utf8")) as { title: string };
  for (const id of (await readdir(runs).catch((): string[] => [])).toSorted().reverse()) {
    const run = join(runs, id);
    const job = jobSchema.parse(JSON.parse(await readFile(join(run, "state.json"), "utf8")));
    const sounds = job.artifacts.some(({ kind }) => kind === "mix");
    if (job.cfg.brief.title === title && sounds) return { job, run };
  }
  return undefined;
}

async function makeExample(home: string): Promise<Run> {
  const make = spawn(process.execPath, [MAIN, "make", BRIEF, "--auto", "--home", home], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(make, "exit");
  const made = await findRun(home);
  if (code !== 0 || !made) throw new Error(`cannot make the example: make ended with ${code}`);
  return made;
}

/** Writes to the folder, reads from the home's objects too: the home stays as it is. */
async function layeredObjects(folder: string, home: string): Promise<ObjectStore> {
  const own = await openDiskObjects({ root: join(folder, "objects") });
  const made = await openDiskObjects({ root: join(home, ".greenlight", "objects") });
  const holding = async (sha256: string) => ((await own.has(sha256)) ? own : made);
  return {
    put: (data) => own.put(data),
    putFile: (file) => own.putFile(file),
    has: async (sha256) => (await holding(sha256)).has(sha256),
    read: async (sha256) => (await holding(sha256)).read(sha256),
    localPath: async (sha256) => (await holding(sha256)).localPath(sha256),
    stream: async (sha256, range) => (await holding(sha256)).stream(sha256, range),
  };
}

type Film = { readonly board: Storyboard; readonly times: Timing };

/** The film's first beats that end by `seconds`, one at least. */
function firstBeats({ board, times }: Film, seconds: number): Film {
  const count = Math.max(1, times.beats.filter(({ end_s }) => end_s <= seconds).length);
  const beats = times.beats.slice(0, count);
  const shown = new Set(beats.map(({ beat_id }) => beat_id));
  return {
    board: { ...board, beats: board.beats.slice(0, count) },
    times: {
      duration_s: beats.at(-1)?.end_s ?? 0,
      beats,
      cues: times.cues.filter(({ beat_id }) => shown.has(beat_id)),
    },
  };
}

/** The start of a WAV file with the plain header that the mix has. */
function firstSeconds(wav: Buffer, seconds: number): Buffer {
  const header = 44;
  if (wav.toString("latin1", 36, 40) !== "data") throw new Error("mix.wav has another header than expected");
  const bytes = Math.round(seconds * wav.readUInt32LE(24)) * wav.readUInt16LE(32);
  const cut = Buffer.from(wav.subarray(0, header + bytes));
  cut.writeUInt32LE(cut.length - 8, 4);
  cut.writeUInt32LE(cut.length - header, 40);
  return cut;
}
