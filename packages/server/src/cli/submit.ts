import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type CreateJobInput, createJob } from "@greenlight/contract/api";
import { type BriefInput, brief as briefSchema } from "@greenlight/contract/brief";
import type { Client } from "@greenlight/contract/client";
import type { Job } from "@greenlight/contract/job";
import type { ZodType } from "zod";
import { InvalidFile } from "../config/invalid-file.ts";
import { checkYaml, readYaml, type YamlFile } from "../config/yaml-file.ts";
import { slugOf } from "./brief-file.ts";
import { BadInput } from "./print-error.ts";

export type SubmitOptions = {
  slug?: string;
  pipeline?: string;
  auto?: boolean;
  priority?: number;
  seed?: number;
};

/**
 * Submits a brief, or a whole request (a file with a `slug`), to a server. Files the brief names are uploaded first,
 * because a server reads nothing else from disk.
 * @throws BadInput, InvalidFile, ProblemError.
 */
export async function submitFile(
  path: string,
  options: SubmitOptions,
  cwd: string,
  client: Client,
): Promise<Job> {
  const file = resolve(cwd, path);
  if (!existsSync(file))
    throw new BadInput(`There is no file ${file}.`, "Give a brief or a request, as YAML or JSON.");
  const read = readYaml(await readFile(file, "utf8"), file);
  if ("problems" in read) throw new InvalidFile(read.problems, "invalid_yaml");
  const { value } = read.yaml;
  const whole = value !== null && typeof value === "object" && "slug" in value;
  const request = whole ? checked(read.yaml, createJob) : await requestOf(read.yaml, file, client);
  return client.createJob({
    ...request,
    ...(options.slug === undefined ? {} : { slug: options.slug }),
    ...(options.pipeline === undefined ? {} : { pipeline: options.pipeline }),
    ...(options.auto ? { mode: "automated" as const } : {}),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
}

async function requestOf(yaml: YamlFile, file: string, client: Client): Promise<CreateJobInput> {
  const { intent, title } = checked(yaml, briefSchema);
  const brief = await withUploads(yaml.value as BriefInput, dirname(file), client);
  return { slug: slugOf(title), intent, brief };
}

/** The brief with every file it names uploaded and named by its path on the server. */
async function withUploads(brief: BriefInput, base: string, client: Client): Promise<BriefInput> {
  const uploaded = async <Item extends { path?: string | undefined }>(item: Item): Promise<Item> =>
    item.path === undefined ? item : { ...item, path: await uploadPath(item.path, base, client) };
  const isFile = brief.music !== undefined && !["none", "generated"].includes(brief.music);
  return {
    ...brief,
    ...(brief.sources ? { sources: await Promise.all(brief.sources.map(uploaded)) } : {}),
    ...(brief.images ? { images: await Promise.all(brief.images.map(uploaded)) } : {}),
    ...(isFile ? { music: await uploadPath(brief.music ?? "", base, client) } : {}),
  };
}

async function uploadPath(path: string, base: string, client: Client): Promise<string> {
  const file = resolve(base, path);
  if (!existsSync(file))
    throw new BadInput(`The brief names ${path}, and there is no file ${file}.`, "Check the path.");
  return (await client.upload(new Blob([await readFile(file)]), basename(file))).path;
}

function checked<T>(yaml: YamlFile, schema: ZodType<T>): T {
  const result = checkYaml(yaml, schema);
  if ("problems" in result) throw new InvalidFile(result.problems, "invalid_field");
  return result.value;
}
