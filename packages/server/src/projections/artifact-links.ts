import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { copyFile, link, rm, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Artifact } from "@greenlight/contract/artifact";
import type { ObjectStore } from "../app/ports/object-store.ts";
import { replaceWith } from "./whole-file.ts";

/** File systems that refuse a hard link here: another device, no links at all, or too many of one file. */
const NO_LINK = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "ENOSYS"]);

/**
 * Makes `artifacts/<stage>/<name>` of a run show the artifact's current version: a hard link of the object, a copy
 * where the file system has none. What is already right stays untouched.
 * @throws Error when the path leads out of the run's `artifacts/`; what ObjectStore.localPath throws.
 */
export async function linkArtifact(
  runFolder: string,
  artifact: Artifact,
  objects: ObjectStore,
): Promise<void> {
  const target = artifactFile(runFolder, artifact.path);
  const source = await objects.localPath(artifact.sha256);
  if (await shows(target, source, artifact.sha256)) return;
  await replaceWith(target, async (temporary) => {
    try {
      await link(source, temporary);
    } catch (error) {
      if (!NO_LINK.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      await copyFile(source, temporary);
    }
  });
}

/** Removes what an artifact left that the job no longer has. */
export async function unlinkArtifact(runFolder: string, path: string): Promise<void> {
  await rm(artifactFile(runFolder, path), { force: true });
}

function artifactFile(runFolder: string, path: string): string {
  const folder = resolve(runFolder, "artifacts");
  const file = resolve(join(runFolder, path));
  if (!file.startsWith(folder + sep)) throw new Error(`artifact path ${path} leads out of artifacts/`);
  return file;
}

async function shows(target: string, source: string, sha256: string): Promise<boolean> {
  const [found, object] = [await statIfThere(target), await stat(source)];
  if (found === undefined || !found.isFile() || found.size !== object.size) return false;
  if (found.dev === object.dev && found.ino === object.ino) return true;
  const hash = createHash("sha256");
  await pipeline(createReadStream(target), hash);
  return hash.digest("hex") === sha256;
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}
