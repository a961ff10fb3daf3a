/**
 * `npm run bench:rebuild [-- --brief FILE --beat ID --longer 1]`: what a changed length of one beat costs at the end of
 * the job. The long example is made in a fresh home through the whole engine; then one beat of its storyboard gets a
 * second more, and the job runs again from there. Printed are the items each stage built and reused and its wall time
 * over the first one's, the same of the whole run, which beats were rendered anew, and for assemble the most its ratio
 * may be: 1.5 × (the beat's share of the film + the join's share of the first assemble, that is of encoding the whole film's sound and of putting it together). Exit code 1 when another beat
 * than the changed one was rendered.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { timing } from "@greenlight/contract/documents";
import type { JobEvent } from "@greenlight/contract/event";
import { storyboard } from "@greenlight/contract/storyboard";
import type { App } from "../packages/server/src/app/app.ts";
import type { Actor } from "../packages/server/src/app/ports/operations.ts";
import { readBrief } from "../packages/server/src/cli/brief-file.ts";
import { compose } from "../packages/server/src/compose.ts";
import { readEnvironment } from "../packages/server/src/config.ts";
import { type JobState, TERMINAL } from "../packages/server/src/domain/state.ts";

/** What the rebuild may take over its fair share of the first assemble. */
const ALLOWED = 1.5;

const { values } = parseArgs({
  options: {
    brief: {
      type: "string",
      default: fileURLToPath(new URL("../examples/tidal-power/brief.yaml", import.meta.url)),
    },
    beat: { type: "string" },
    longer: { type: "string", default: "1" },
  },
});

const actor: Actor = {
  name: "bench",
  role: "admin",
  origin: { via: "cli", token: null, address: null, link_id: null },
};

async function ended(app: App, id: string): Promise<JobState> {
  for (;;) {
    const state = await app.store.load(id);
    if (state && TERMINAL.has(state.status)) {
      if (state.status !== "completed") throw new Error(`the job ${state.status}: ${state.error?.message}`);
      return state;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function document(app: App, state: JobState, kind: "storyboard" | "timing"): Promise<unknown> {
  const found = state.artifacts.find((artifact) => artifact.kind === kind);
  return JSON.parse(String(Buffer.from(await app.objects.read(found?.sha256 ?? ""))));
}

async function eventsOf(app: App, id: string): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for (;;) {
    const more = await app.store.readJob(id, events.at(-1)?.seq ?? 0, 1000);
    if (more.length === 0) return events;
    events.push(...more);
  }
}

type Ended = { duration_ms: number; from_cache: boolean; items_built: number; items_reused: number };
const stagesIn = (events: readonly JobEvent[]) =>
  new Map(
    events.flatMap(({ type, stage, payload }): [string, Ended][] =>
      type === "stage_completed" && stage !== null ? [[stage, payload as Ended]] : [],
    ),
  );

type LogLine = {
  readonly ts: string;
  readonly message: string;
  readonly fields: { readonly beat_id?: string; readonly ms?: number };
};

async function logOf(home: string, id: string, stage: string): Promise<LogLine[]> {
  const text = await readFile(join(home, "runs", id, "logs", `${stage}.log`), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line): LogLine => JSON.parse(line));
}

const home = await mkdtemp(join(tmpdir(), "greenlight-rebuild-"));
try {
  const app = await compose({
    home,
    env: readEnvironment(),
    overrides: { http: false, log_level: "error" },
  });
  let made: Awaited<ReturnType<typeof makeAndPatch>>;
  try {
    await app.start();
    made = await makeAndPatch(app);
  } finally {
    // The stages' logs are whole once the app is closed.
    await app.close();
  }
  await report(made);
} finally {
  await rm(home, { recursive: true, force: true });
}

async function makeAndPatch(app: App) {
  const submitted = performance.now();
  const { slug, intent, value, base_dir } = readBrief(values.brief, process.cwd());
  const { id } = await app.operations.submit(
    { slug, intent, brief: value, pipeline: "explainer", mode: "automated", priority: 0 },
    actor,
    { base_dir },
  );
  const before = await ended(app, id);
  const first_s = (performance.now() - submitted) / 1000;
  const { beats } = storyboard.parse(await document(app, before, "storyboard"));
  const beat = values.beat
    ? beats.find((one) => one.id === values.beat)
    : beats[Math.floor(beats.length / 2)];
  if (!beat)
    throw new Error(`the film has no beat ${values.beat}; it has ${beats.map((b) => b.id).join(", ")}`);
  const film_s = timing.parse(await document(app, before, "timing")).duration_s;
  const duration = Math.round((beat.duration_s + Number(values.longer)) * 1e6) / 1e6;
  const patched_at = new Date();
  const began = performance.now();
  await app.operations.applyPatch(
    id,
    "storyboard",
    { type: "duration_adjust", beat_adjustments: [{ beat_id: beat.id, duration }] },
    actor,
  );
  const after = await ended(app, id);
  const whole_s = (performance.now() - began) / 1000;
  const time = timing
    .parse(await document(app, after, "timing"))
    .beats.find(({ beat_id }) => beat_id === beat.id);
  const beat_s = (time?.end_s ?? Number.NaN) - (time?.start_s ?? 0);
  const events = await eventsOf(app, id);
  const first = events.filter(({ seq }) => seq <= before.version);
  const second = events.filter(({ seq }) => seq > before.version);
  return { id, beat, beats, film_s, beat_s, first_s, whole_s, patched_at, first, second };
}

async function report(run: Awaited<ReturnType<typeof makeAndPatch>>): Promise<void> {
  const { beat, beats, film_s, beat_s } = run;
  const first = stagesIn(run.first);
  const second = stagesIn(run.second);
  console.log(
    `${beats.length} beats, ${film_s.toFixed(1)} s; ${beat.id} made ${values.longer} s longer, now ${beat_s.toFixed(2)} s; it begins with a ${beat.transition}`,
  );
  console.log("stage            first        again  ratio  built  reused");
  for (const [stage, then] of first) {
    const now = second.get(stage);
    const row = now
      ? `${seconds(now)}  ${(now.duration_ms / then.duration_ms).toFixed(3)}  ${now.from_cache ? "whole stage from the cache" : `${String(now.items_built).padStart(5)}  ${String(now.items_reused).padStart(6)}`}`
      : "  did not run";
    console.log(`${stage.padEnd(11)}${seconds(then)}  ${row}`);
  }
  const others: string[] = [];
  let join_s = Number.NaN;
  for (const stage of ["animatics", "assemble"]) {
    const lines = (await logOf(home, run.id, stage)).filter(({ ts }) => new Date(ts) >= run.patched_at);
    const rendered = lines.flatMap(({ message, fields }) =>
      message === "beat rendered" && fields.beat_id ? [fields.beat_id] : [],
    );
    if (stage === "assemble") join_s = (msOf(lines, "film joined") + msOf(lines, "sound encoded")) / 1000;
    console.log(`${stage} rendered ${rendered.join(", ") || "nothing"} of ${beats.length} beats`);
    if (!rendered.includes(beat.id)) others.push(`${stage}: ${beat.id} was not`);
    for (const id of rendered) if (id !== beat.id) others.push(`${stage}: ${id}`);
  }
  const first_s = (first.get("assemble")?.duration_ms ?? Number.NaN) / 1000;
  const again_s = (second.get("assemble")?.duration_ms ?? Number.NaN) / 1000;
  const [share, joinShare] = [beat_s / film_s, join_s / first_s];
  const most = ALLOWED * (share + joinShare);
  console.log(
    `first assemble ${first_s.toFixed(2)} s, again ${again_s.toFixed(2)} s, of it joining ${join_s.toFixed(2)} s`,
  );
  console.log(
    `whole run      ${run.first_s.toFixed(2)} s, rebuild ${run.whole_s.toFixed(2)} s, ratio ${(run.whole_s / run.first_s).toFixed(3)}: every stage behind the storyboard included`,
  );
  console.log(`share of beat  ${share.toFixed(3)}   of join ${joinShare.toFixed(3)}`);
  console.log(
    `ratio          ${(again_s / first_s).toFixed(3)} (at most ${most.toFixed(3)}) ${again_s / first_s <= most ? "PASS" : "MISS"}`,
  );
  console.log(`items          ${others.length === 0 ? "PASS" : `MISS: ${others.join("; ")}`}`);
  if (others.length > 0) process.exitCode = 1;
}

/** How long a step took; 0 where it was not needed. */
function msOf(lines: readonly LogLine[], step: string): number {
  return lines.find(({ message }) => message === step)?.fields.ms ?? 0;
}

function seconds({ duration_ms }: Ended): string {
  return `${(duration_ms / 1000).toFixed(2).padStart(9)} s`;
}
