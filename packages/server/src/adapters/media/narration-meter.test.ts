import { expect, it } from "vitest";
import { fixtureCfg } from "../../domain/testing/fixtures.ts";
import { createNarrationMeter } from "./narration-meter.ts";
import { mediaProcesses } from "./testing/media-processes.ts";

const meter = createNarrationMeter(mediaProcesses());
const cfg = { ...fixtureCfg(), modules: { speech: "builtin" } };

it("measures each text as the job's voice speaks it", async () => {
  const [short = 0, long = 0, nothing] = await meter.seconds(
    ["The tide turns.", "The tide turns, and twice a day it turns again.", ""],
    cfg,
  );
  expect(short).toBeGreaterThan(0.5);
  expect(long).toBeGreaterThan(short * 2);
  expect(nothing).toBe(0);
  expect(long).toBe(Math.round(long * 1000) / 1000);
});

it("says which voice or program is not there", async () => {
  const ghost = { ...cfg, brief: { ...cfg.brief, voice: "ghost" } };
  await expect(meter.seconds(["Hello."], ghost)).rejects.toMatchObject({ code: "voice_unknown" });
  const other = { ...cfg, modules: { speech: "theirs" } };
  await expect(meter.seconds(["Hello."], other)).rejects.toMatchObject({ code: "provider_unavailable" });
});
