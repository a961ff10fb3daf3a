import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { brief } from "@greenlight/contract/brief";
import { InvalidFile } from "../config/invalid-file.ts";
import { checkYaml, readYaml } from "../config/yaml-file.ts";
import { BadInput } from "./print-error.ts";

/** A brief as read from disk. `value` is what was written; defaults are laid in by the engine. */
export type BriefFile = {
  readonly file: string;
  /** The folder the brief's paths are relative to. */
  readonly base_dir: string;
  readonly value: unknown;
  readonly slug: string;
  readonly intent: string;
  /** SHA-256 over the brief's text and the content of every file it names. */
  readonly fingerprint: string;
};

/**
 * Reads and checks a brief; a fault is told by line and column.
 * @throws InvalidFile, BadInput.
 */
export function readBrief(path: string, cwd: string): BriefFile {
  const file = resolve(cwd, path);
  if (!existsSync(file)) throw new BadInput(`There is no file ${file}.`, "Give the path of a brief (YAML).");
  const text = readFileSync(file, "utf8");
  const read = readYaml(text, file);
  if ("problems" in read) throw new InvalidFile(read.problems, "invalid_yaml");
  const checked = checkYaml(read.yaml, brief);
  if ("problems" in checked) throw new InvalidFile(checked.problems, "invalid_field");
  const base_dir = dirname(file);
  const { sources, images, music, intent } = checked.value;
  const named = [...sources.flatMap((s) => s.path ?? []), ...images.map((i) => i.path), music];
  const hash = createHash("sha256").update(text);
  for (const name of named) {
    const at = resolve(base_dir, name);
    hash.update(`\0${name}\0`);
    if (existsSync(at)) hash.update(createHash("sha256").update(readFileSync(at)).digest());
  }
  return {
    file,
    base_dir,
    value: read.yaml.value,
    slug: slugOf(checked.value.title),
    intent,
    fingerprint: hash.digest("hex"),
  };
}

/** A title as a slug: `Tidal power (v2)` → `tidal-power-v2`; `video` where no letter of it is Latin. */
export function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
  return slug || "video";
}
