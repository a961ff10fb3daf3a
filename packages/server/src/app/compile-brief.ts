import type { CompileBrief, CreateJob } from "@greenlight/contract/api";
import { type Brief, brief as briefSchema } from "@greenlight/contract/brief";
import { parse } from "yaml";
import { Rejection } from "../domain/commands.ts";
import { fieldErrors } from "./field-errors.ts";

type Defaults = Readonly<Record<string, unknown>>;

/** What `POST /compile-brief` answers: the brief that a text or fields over the defaults make. @throws Rejection */
export function compileBrief(request: CompileBrief, defaults: Defaults): Brief {
  if (request.text === undefined) return checked(over(defaults, request.brief_config), "/brief_config");
  let value: unknown;
  try {
    value = parse(request.text);
  } catch (error) {
    throw new Rejection("invalid_yaml", error instanceof Error ? error.message : String(error));
  }
  return checked(over(defaults, value), "");
}

function checked(value: unknown, prefix: string): Brief {
  const parsed = briefSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Rejection("invalid_field", "the brief is not valid", fieldErrors(parsed.error, prefix));
}

/**
 * The brief a request means: its fields over the request's own title and intent, over the defaults of `conf/brief.yaml`,
 * with the free text (else the intent) as the source where none is named. @throws Rejection invalid_field
 */
export function composeBrief(request: CreateJob, defaults: Defaults): Brief {
  const whole = request.brief !== undefined;
  const own = over(defaults, { title: titleOf(request.slug), intent: request.intent });
  const brief = checked(
    over(own, whole ? request.brief : request.brief_config),
    whole ? "/brief" : "/brief_config",
  );
  if (brief.sources.length > 0) return brief;
  const text = request.meta?.free_text_brief ?? brief.notes ?? request.intent;
  return { ...brief, sources: [{ text, title: brief.title }] };
}

/** The given fields over the defaults, those of `video` one by one; what is no object is left for the check to refuse. */
function over(defaults: unknown, given: unknown): unknown {
  if (given === undefined) return defaults;
  if (!isRecord(defaults) || !isRecord(given)) return given;
  const video =
    isRecord(defaults.video) && isRecord(given.video) ? { video: { ...defaults.video, ...given.video } } : {};
  return { ...defaults, ...given, ...video };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function titleOf(slug: string): string {
  const words = slug.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
