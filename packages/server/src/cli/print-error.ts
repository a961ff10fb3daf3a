import { ERRORS, type ErrorCode } from "@greenlight/contract/errors";
import type { FieldError } from "@greenlight/contract/problem";
import { ProblemError } from "@greenlight/contract/problem-error";
import { InvalidFile } from "../config/invalid-file.ts";
import { Rejection } from "../domain/commands.ts";
import { type CliContext, EXIT } from "./context.ts";

/** The user asked for something that cannot be; ends the command with exit code 2. */
export class BadInput extends Error {
  readonly remedy: string;
  /** The option or argument that is wrong, as it is written; null where it is none of them alone. */
  readonly field: string | null;
  constructor(message: string, remedy: string, field: string | null = null) {
    super(message);
    this.name = "BadInput";
    this.remedy = remedy;
    this.field = field;
  }
}

/** An error as told on the command line. `fields` names each bad field and what would be right. */
type Told = {
  code: string;
  message: string;
  remedy: string;
  fields: { field: string; message: string; remedy: string }[];
};

const BAD_INPUT = new Set<string>([
  "bad_request",
  "invalid_field",
  "patch_invalid",
  "invalid_yaml",
  "invalid_config",
  "external_bind_refused",
  "pipeline_not_found",
  "stage_not_found",
  "beat_not_found",
  "patch_not_applicable",
  "patch_target_missing",
  "patch_no_change",
  "patch_invalid_result",
  "patch_too_short",
  "source_missing",
  "source_outside",
  "source_empty",
  "source_too_large",
  "source_unreadable",
  "unsupported_media_type",
  "payload_too_large",
  "voice_unknown",
  "upload_not_found",
  "media_unreadable",
  "media_not_usable",
  "brief_too_thin",
]);

/** Prints an error as code, what happened, remedy and fields (JSON on stdout with `json`); returns the exit code. */
export function printError(error: unknown, context: CliContext, json: boolean): number {
  const told = tell(error);
  if (json) context.stdout.write(`${JSON.stringify({ error: told })}\n`);
  else {
    const [only] = told.fields;
    // Said once, where the field is all there is to say.
    const said = only?.message === told.message ? `${only.field}: ` : "";
    const listed = said === "" ? told.fields : [];
    const fields = listed.map((f) => `  ${f.field}: ${sentence(f.message)} ${f.remedy}\n`).join("");
    context.stderr.write(`error ${told.code}: ${said}${told.message}\n${fields}remedy: ${told.remedy}\n`);
  }
  return BAD_INPUT.has(told.code) ? EXIT.badInput : EXIT.failed;
}

/** Ended with a full stop, where it does not end yet. */
const sentence = (text: string): string => text.replace(/([^.?!])$/, "$1.");

/** A code with its message, and the remedy of the error table where none is given. */
export function describeCode(code: string): string | undefined {
  return code in ERRORS ? ERRORS[code as ErrorCode][1] : undefined;
}

function tell(error: unknown): Told {
  if (error instanceof BadInput) return badInput(error);
  if (error instanceof InvalidFile)
    return {
      code: error.code,
      message: ERRORS[error.code][0],
      remedy: ERRORS[error.code][1],
      fields: error.problems.map((p) => ({
        field: `${p.file}:${p.line}:${p.column}${p.field === "" ? "" : ` ${p.field}`}`,
        message: p.message,
        remedy: p.remedy,
      })),
    };
  if (error instanceof Rejection)
    return {
      code: error.code,
      message: error.message,
      remedy: ERRORS[error.code][1],
      fields: fieldsOf(error.errors),
    };
  if (error instanceof ProblemError) {
    const { code, remedy, errors } = error.problem;
    return { code, message: error.message, remedy, fields: fieldsOf(errors ?? []) };
  }
  const system = systemError(error);
  if (system) return { ...system, fields: [] };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "internal", message, remedy: ERRORS.internal[1], fields: [] };
}

function badInput({ message, remedy, field }: BadInput): Told {
  if (field === null) return { code: "bad_request", message, remedy, fields: [] };
  return { code: "invalid_field", message, remedy, fields: [{ field, message, remedy }] };
}

function fieldsOf(errors: readonly FieldError[]): Told["fields"] {
  return errors.map(({ pointer, message, remedy }) => ({ field: pointer || "/", message, remedy }));
}

function systemError(error: unknown): Omit<Told, "fields"> | undefined {
  if (!(error instanceof Error)) return undefined;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = String(Reflect.get(cause, "code") ?? "");
  const message = cause.message || error.message;
  if (code === "EADDRINUSE")
    return { code, message, remedy: "Stop what uses the port, or give another with --port." };
  if (code === "ECONNREFUSED")
    return { code, message, remedy: "Start the server with `greenlight serve`, or set GREENLIGHT_URL." };
  if (code === "ENOENT") return { code, message, remedy: "Check the path." };
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return { code, message, remedy: "Give the folder to this user, or choose another with --home." };
  if (code === "ENOSPC") return { code, message, remedy: "Free disk space, then run the command again." };
  return undefined;
}
