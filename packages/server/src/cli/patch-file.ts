import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Patch, patch as patchSchema } from "@greenlight/contract/patch";
import { InvalidFile } from "../config/invalid-file.ts";
import { checkYaml, readYaml } from "../config/yaml-file.ts";
import { BadInput } from "./print-error.ts";

/** A patch from a file of YAML or JSON. @throws BadInput, or InvalidFile with the line and column of each fault. */
export async function readPatch(path: string, cwd: string, field = "--patch"): Promise<Patch> {
  const file = resolve(cwd, path);
  if (!existsSync(file))
    throw new BadInput(
      `There is no file ${file}.`,
      "Give a patch as YAML or JSON; `greenlight patch-types` shows one of each kind.",
      field,
    );
  const read = readYaml(await readFile(file, "utf8"), file);
  if ("problems" in read) throw new InvalidFile(read.problems, "invalid_yaml");
  const checked = checkYaml(read.yaml, patchSchema);
  if ("problems" in checked) throw new InvalidFile(checked.problems, "invalid_field");
  return checked.value;
}

/** The field of a request that takes the patch of an option. */
export async function patchOf(path: string | undefined, cwd: string): Promise<{ patch?: Patch }> {
  return path === undefined ? {} : { patch: await readPatch(path, cwd) };
}
