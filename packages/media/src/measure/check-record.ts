import type { AcceptanceCheck, AcceptanceReport } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import { sha256Of } from "./sha256-of.ts";
import type { SsimMeter } from "./ssim-meter.ts";

/** Similarity of the encoded frames to the drawn ones. */
export function checkEncode(meter: SsimMeter | null, profile: QualityProfile): AcceptanceCheck {
  const row = {
    id: "encode",
    group: "picture",
    threshold: `SSIM ≥ ${profile.ssim_min}`,
    unit: "",
    source: "the drawn frames",
  };
  if (meter === null) return skipped(row, "no drawn frames were given to compare with");
  const { readings } = meter;
  if (readings.length === 0) return skipped(row, "no frame could be drawn again");
  const weak = readings.filter(({ ssim }) => ssim < profile.ssim_min);
  const least = readings.reduce((low, { ssim }) => Math.min(low, ssim), 1);
  return measured(row, passIf(weak.length === 0), least, {
    at: weak.map(({ time_s }) => time_s),
    note: `the least of ${readings.length} sampled frames`,
  });
}

/** An artifact the film was made of, and the file that holds it, to prove its checksum. */
export type RecordedArtifact = Omit<AcceptanceReport["manifest"][number], "inputs"> & {
  readonly file: string;
  /** Undefined: it was not recorded what the artifact was made from. */
  readonly inputs: readonly string[] | undefined;
};

/** Whether each artifact says what made it and from what, and its content still has the recorded checksum. */
export async function checkManifest(
  artifacts: readonly RecordedArtifact[] | undefined,
): Promise<AcceptanceCheck> {
  const row = {
    id: "determinism",
    group: "record",
    threshold: "every artifact's sha256 holds; its maker and inputs are named",
    unit: "artifacts",
    source: "the manifest",
  };
  if (artifacts === undefined || artifacts.length === 0) return skipped(row, "no manifest was given");
  const wrong: string[] = [];
  for (const artifact of artifacts) {
    if (artifact.made_by === "") wrong.push(`${artifact.name} does not say what made it`);
    if (artifact.inputs === undefined) wrong.push(`${artifact.name} does not say what it was made from`);
    if ((await sha256Of(artifact.file)) !== artifact.sha256)
      wrong.push(`${artifact.name} has another content`);
  }
  return measured(row, passIf(wrong.length === 0), artifacts.length, {
    note: wrong.length === 0 ? undefined : wrong.slice(0, 5).join("; "),
  });
}
