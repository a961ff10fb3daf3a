import { createJob } from "@greenlight/contract/api";
import { expect, it } from "vitest";
import { Rejection } from "../domain/commands.ts";
import { compileBrief, composeBrief } from "./compile-brief.ts";

const DEFAULTS = { intent: "explain", tone: "dry", video: { aspect: "1:1", target_length_s: 45 } };
const request = (more: object) => createJob.parse({ slug: "the-tide", intent: "say why it turns", ...more });

it("lays the defaults under a whole brief, and the request's title and intent over them", () => {
  const brief = composeBrief(request({ brief: { video: { target_length_s: 20 } } }), DEFAULTS);
  expect(brief).toMatchObject({ title: "The tide", intent: "say why it turns", tone: "dry" });
  expect(brief.video).toEqual({ aspect: "1:1", target_length_s: 20 });
});

it("lets what the brief says win", () => {
  const said = { title: "Tide", intent: "sell", tone: "warm" };
  expect(composeBrief(request({ brief: said }), DEFAULTS)).toMatchObject(said);
  expect(composeBrief(request({ brief_config: said }), DEFAULTS)).toMatchObject(said);
});

it("makes the free text, else the intent, the source where none is named", () => {
  const free = request({ meta: { free_text_brief: "The tide turns." } });
  expect(composeBrief(free, DEFAULTS).sources).toEqual([{ text: "The tide turns.", title: "The tide" }]);
  expect(composeBrief(request({}), DEFAULTS).sources).toEqual([
    { text: "say why it turns", title: "The tide" },
  ]);
});

it("compiles a text over the defaults, and refuses what is no brief with the field", () => {
  expect(compileBrief({ text: "title: Tide" }, DEFAULTS)).toMatchObject({ title: "Tide", tone: "dry" });
  expect(() => compileBrief({ text: "title: [" }, DEFAULTS)).toThrow(Rejection);
  expect(() => compileBrief({ text: "just words" }, DEFAULTS)).toThrow(/not valid/);
  try {
    composeBrief(request({ brief: { title: "Tide", video: { target_length_s: -5 } } }), DEFAULTS);
    expect.unreachable();
  } catch (error) {
    expect((error as Rejection).errors[0]?.pointer).toBe("/brief/video/target_length_s");
  }
});
