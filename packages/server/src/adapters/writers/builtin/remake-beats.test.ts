import { readFileSync } from "node:fs";
import { brief as briefSchema } from "@greenlight/contract/brief";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import { render as renderSchema } from "@greenlight/contract/render";
import { wordsOf } from "@greenlight/media/text/sentences";
import { expect, it } from "vitest";
import { parse } from "yaml";
import type { Writer } from "../../../app/ports/writer.ts";
import { buildStoryboard } from "./build-storyboard.ts";
import { createBuiltinWriter } from "./builtin-writer.ts";
import { remakeBeats } from "./remake-beats.ts";
import { builtinStyle } from "./style.ts";

const yaml = (path: string): unknown =>
  parse(readFileSync(new URL(`../../../../../../${path}`, import.meta.url), "utf8"), { merge: true });
const style = builtinStyle.parse(yaml("conf/prompts/builtin.yaml"));
const cfg: JobCfg = {
  brief: briefSchema.parse({
    title: "Tides",
    sources: [{ text: "Tides." }],
    video: { target_length_s: 30 },
  }),
  files: {},
  render: renderSchema.parse(yaml("conf/render.yaml")),
  models: {},
  modules: {},
  seed: 7,
};
const SCRIPT = `# Tides

## Why

The Moon pulls the water of the sea up twice a day. [S1]

Seawater is about 800 times denser than air. [S1]

A barrage can run for 100 years, while a wind turbine is retired after 25 years. [S1]

## Then

The Moon never sleeps and the sea never rests. [S1]
`;

const base = () =>
  buildStoryboard(
    {
      cfg,
      slug: "tides",
      script: SCRIPT,
      speechSeconds: async (text) => wordsOf(text, "en").length / 2.6,
    },
    style,
  );

async function reject(...notes: [beat_id: string, notes: string][]) {
  const unmet: string[] = [];
  const was = await base();
  const is = remakeBeats(
    was,
    notes.map(([beat_id, text]) => ({ beat_id, notes: text })),
    cfg,
    style,
    (why) => unmet.push(why),
  );
  const changed = was.beats.filter(
    (beat) => JSON.stringify(beat) !== JSON.stringify(is.beats.find(({ id }) => id === beat.id)),
  );
  const beat = (id: string) => is.beats.find((one) => one.id === id);
  return { was, is, unmet, beat, changed: changed.map(({ id }) => id) };
}

it("shows a rejected beat another way each time and leaves all others as they are", async () => {
  const { was, changed, beat, unmet } = await reject(["b02", ""]);
  expect([changed, unmet]).toEqual([["b02"], []]);
  const first = was.beats[1]?.visual;
  const second = beat("b02")?.visual;
  expect(second).not.toEqual(first);
  const third = (await reject(["b02", ""], ["b02", ""])).beat("b02")?.visual;
  expect(third).not.toEqual(second);
});

it("takes a kind that fits and tells of one that does not", async () => {
  expect((await reject(["b02", "visual: statement"])).beat("b02")?.visual.kind).toBe("statement");
  const { changed, unmet } = await reject(["b02", "visual: quotation"]);
  expect([changed, unmet]).toEqual([[], [expect.stringMatching(/^b02: visual: quotation: its words fit /u)]]);
});

it("holds a beat longer or shorter within what a beat may be", async () => {
  const { was, changed, beat } = await reject(["b03", "longer"]);
  expect(changed).toEqual(["b03"]);
  expect(beat("b03")?.duration_s).toBeCloseTo(
    (was.beats[2]?.duration_s ?? 0) + style.feedback.beat_step_s,
    1,
  );
  const many = await reject(["b03", Array(20).fill("shorter").join("\n")]);
  const { speech_s = 0, duration_s = 0 } = many.beat("b03") ?? {};
  expect(duration_s).toBeGreaterThanOrEqual(Math.max(2.5, speech_s));
  expect(many.unmet.length).toBeGreaterThan(0);
});

it("drops a beat unless its section would be empty", async () => {
  const { was, is, changed } = await reject(["b02", "drop"]);
  expect(changed).toEqual(["b02"]);
  expect(is.beats).toEqual(was.beats.filter(({ id }) => id !== "b02"));
  const last = await reject([was.beats.at(-1)?.id ?? "", "drop"], ["b02", "make it sing"]);
  expect(last.changed).toEqual(["b02"]);
  expect(last.unmet).toEqual([
    expect.stringMatching(/its section would have no beat left$/u),
    expect.stringMatching(/^b02: make it sing: is a note for people/u),
  ]);
});

it("gives notes to the beat they were said of, also after the script has changed", async () => {
  const writer = createBuiltinWriter(style);
  const before = await base();
  const old = before.beats.find((beat) => beat.narration.includes("800 times"));
  const { id = "", section = "", narration = "" } = old ?? {};
  const gone = { section, narration: "Nobody says this." };
  const written = async (feedback: readonly FeedbackNote[]) => {
    const unmet: string[] = [];
    // One sentence less in front, so that every beat behind it takes another's id.
    const script = SCRIPT.replace("The Moon pulls the water of the sea up twice a day. [S1]\n\n", "");
    const board = await writer.storyboard({
      ...{ cfg, slug: "tides", script, feedback, signal: new AbortController().signal },
      research: { passages: [], sources: [] } as unknown as Parameters<Writer["storyboard"]>[0]["research"],
      speechSeconds: async (text) => wordsOf(text, "en").length / 2.6,
      tell: (wish) => unmet.push(wish),
    });
    return { board, unmet };
  };
  const plain = await written([]);
  const moved = plain.board.beats.find((beat) => beat.narration === narration);
  expect(moved?.id).not.toBe(id);
  const heeded = await written([{ beat_id: id, notes: "longer", beat: { section, narration } }]);
  const changed = heeded.board.beats.filter((b, n) => b.duration_s !== plain.board.beats[n]?.duration_s);
  expect([changed.map((beat) => beat.id), heeded.unmet]).toEqual([[moved?.id], []]);
  const lost = await written([{ beat_id: id, notes: "longer", beat: gone }]);
  expect(lost.board).toEqual(plain.board);
  expect(lost.unmet).toEqual([expect.stringContaining("was for a beat that says “Nobody says this.”")]);
});
