import type { Artifact } from "@greenlight/contract/artifact";
import type { Comparison } from "@greenlight/contract/comparison";
import type { ObjectStore } from "../../app/ports/object-store.ts";
import type { VersionComparer } from "../../app/ports/version-comparer.ts";
import { Rejection } from "../../domain/commands.ts";
import { type MediaProcesses, NoAnswer } from "./media-processes.ts";

/** Comparisons kept: their content never changes, and people go back and forth. */
const KEPT = 16;
/** Largest text or JSON that is compared, in bytes. */
const MOST_TEXT = 64 * 1024 * 1024;

/** Compares in processes of their own, and keeps the last results. */
export function createVersionComparer(deps: {
  readonly processes: MediaProcesses;
  readonly objects: Pick<ObjectStore, "localPath">;
}): VersionComparer {
  const kept = new Map<string, Comparison>();

  async function compare(from: Artifact, to: Artifact, signal: AbortSignal): Promise<Comparison> {
    for (const { name, version, media_type, size_bytes } of [from, to])
      if (/^text\/|^application\/json$/.test(media_type) && size_bytes > MOST_TEXT)
        throw new Rejection(
          "comparison_too_large",
          `${name}@${version} has ${size_bytes} bytes; texts of up to ${MOST_TEXT} are compared.`,
        );
    const paths = {
      [from.sha256]: await deps.objects.localPath(from.sha256),
      [to.sha256]: await deps.objects.localPath(to.sha256),
    };
    try {
      return await deps.processes.ask({ type: "compare", from, to, paths }, signal);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new Rejection("comparison_too_large", `The comparison was given up: ${error.message}.`);
    }
  }

  return {
    async compare(from, to, signal) {
      const key = JSON.stringify([
        to.kind,
        ...[from, to].map((a) => [a.name, a.version, a.sha256, a.media_type]),
      ]);
      const known = kept.get(key);
      const found = known ?? (await compare(from, to, signal));
      kept.delete(key);
      kept.set(key, found);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value ?? "");
      return found;
    },
  };
}
