import type { Artifact, ArtifactKind, ArtifactMeta } from "@greenlight/contract/artifact";
import type { Patch } from "@greenlight/contract/patch";
import { Rejection } from "../domain/commands.ts";
import { NOT_REVERTED } from "../domain/patches.ts";
import type { JobState } from "../domain/state.ts";
import type { EventStore } from "./ports/event-store.ts";

type Revert = Extract<Patch, { type: "revert" }>;
type Output = {
  readonly name: string;
  readonly kind: ArtifactKind;
  readonly sha256: string;
  readonly meta: ArtifactMeta;
};

/** Every version of a stage's artifact by its name, oldest first; none = the job has no such artifact. */
export type VersionsOf = (name: string) => Promise<readonly Artifact[]>;

export type Reverted = {
  readonly name: string;
  readonly base_sha256: string;
  /** `meta.reverted_to` is the number of the version that stands again. */
  readonly now: Pick<Artifact, "sha256" | "size_bytes" | "media_type" | "meta">;
};

export function revertSource(
  state: JobState,
  stage: string,
  store: Pick<EventStore, "artifactVersions">,
): VersionsOf {
  return async (name) => {
    const artifact = state.artifacts.find((a) => a.stage === stage && a.name === name);
    return artifact ? store.artifactVersions(state.id, artifact.id) : [];
  };
}

/**
 * What changes when a version stands again, the named artifact first. The assets of one beat (scene `b01.json`, still
 * `b01.png`, photograph) go together: later stages draw the scene and people look at the still, so one without the
 * other would have them approve a picture that the film does not show. Naming any of them takes the others to what
 * stood when that version was made; one that did not exist then stays.
 * @throws Rejection patch_target_missing | patch_not_applicable | patch_no_change
 */
export async function revertOutputs(
  { artifact, version }: Revert,
  stage: string,
  outputs: readonly Output[],
  versionsOf: VersionsOf,
): Promise<Reverted[]> {
  const target = outputs.find((o) => o.name === artifact);
  if (!target)
    throw new Rejection("patch_target_missing", `${stage} has no artifact named ${artifact}`, [
      {
        pointer: "/artifact",
        message: "no such artifact",
        remedy: `give one of: ${outputs.map((o) => o.name).join(", ")}`,
      },
    ]);
  const instead = NOT_REVERTED[target.kind];
  if (instead)
    throw new Rejection(
      "patch_not_applicable",
      `${artifact} belongs together with what else is made from its sources; ${instead}`,
    );
  const versions = await versionsOf(artifact);
  const chosen = versions.find((v) => v.version === version);
  if (!chosen)
    throw new Rejection("patch_target_missing", `${artifact} has no version ${version}`, [
      { pointer: "/version", message: "no such version", remedy: `give one of 1 to ${versions.length}` },
    ]);
  if (chosen.sha256 === target.sha256)
    throw new Rejection("patch_no_change", `${artifact} has the content of version ${version} already`);
  const changes = [changeOf(target, chosen)];
  for (const other of sameBeat(target, outputs)) {
    const then = (await versionsOf(other.name)).findLast((v) => v.created_at <= chosen.created_at);
    if (then && then.sha256 !== other.sha256) changes.push(changeOf(other, then));
  }
  return changes;
}

/** Whether a newer patch gives the beat of this artifact another picture, which an older one must not take back. */
export function isOutdone(
  patch: { readonly artifact?: string | undefined },
  outputs: readonly Output[],
  newer: readonly Patch[],
): boolean {
  const beat = beatOf(outputs.find((o) => o.name === patch.artifact));
  return beat !== null && newer.some((p) => p.type === "asset_replace" && p.beat_id === beat);
}

function changeOf({ name, sha256: base_sha256 }: Output, version: Artifact): Reverted {
  const { sha256, size_bytes, media_type, meta } = version;
  return {
    name,
    base_sha256,
    now: { sha256, size_bytes, media_type, meta: { ...meta, reverted_to: version.version } },
  };
}

function sameBeat(target: Output, outputs: readonly Output[]): Output[] {
  const beat = beatOf(target);
  return beat === null ? [] : outputs.filter((o) => o.name !== target.name && beatOf(o) === beat);
}

function beatOf(output: Output | undefined): string | null {
  const beat = output?.kind === "asset" ? output.meta.beat_id : undefined;
  return typeof beat === "string" ? beat : null;
}
