import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { directionOf } from "../adapters/writers/builtin/feedback.ts";
import { builtinStyle } from "../adapters/writers/builtin/style.ts";
import { fixtureCfg } from "../domain/testing/fixtures.ts";
import { directionsOf } from "../stages/audio/read-directions.ts";
import { gateDirections } from "./gate-directions.ts";

const prompts: unknown = parse(
  readFileSync(new URL("../../../../conf/prompts/builtin.yaml", import.meta.url), "utf8"),
);
const cfg = { ...fixtureCfg(), modules: { writer: "builtin", prompts: { builtin: prompts } } };
const filled = (say: string) => say.replace(/<.*>/u, "list");

it("lists at the script what the writer reads, of the film and of sections", () => {
  const { feedback } = builtinStyle.parse(prompts);
  const listed = gateDirections("script", cfg);
  expect(listed.map(({ say }) => say)).toEqual(["shorter", "longer", "drop: <words>", "keep: <words>"]);
  for (const { say, of } of listed) {
    expect(directionOf(filled(say), feedback), say).not.toBeNull();
    expect(of).toEqual(["film", "section"]);
  }
});

it("lists at the storyboard what makes a beat anew", () => {
  expect(gateDirections("storyboard", cfg)).toEqual(
    ["shorter", "longer", "drop", "visual: <kind>"].map((say) => ({ say, of: ["beat"] })),
  );
});

it("lists at the audio gate words that the sound understands as they stand", () => {
  const words = cfg.render.directions?.words;
  if (words === undefined) throw new Error("the shipped render.yaml has no directions");
  const listed = gateDirections("audio", cfg);
  expect(listed).toContainEqual({ say: "music off", of: ["film"] });
  expect(listed).toContainEqual({ say: "slower", of: ["film", "beat"] });
  for (const { say } of listed) expect(directionsOf(say, words), say).not.toBeNull();
});

it("lists nothing where notes are for people, or another writer writes", () => {
  for (const uses of ["outline", "research", "assets", "animatics", "assemble", "none"])
    expect(gateDirections(uses, cfg)).toEqual([]);
  for (const uses of ["script", "storyboard"])
    expect(gateDirections(uses, { ...cfg, modules: { ...cfg.modules, writer: "other" } })).toEqual([]);
  const { directions: _, ...render } = cfg.render;
  expect(gateDirections("audio", { ...cfg, render })).toEqual([]);
});
