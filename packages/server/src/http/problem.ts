/**
 * Turns everything that can go wrong with a request into RFC 9457 `application/problem+json`. The one place that
 * knows HTTP statuses. What is not known here is `internal`: logged in full, told to the client as nothing but an id.
 */

import { ERRORS, type ErrorCode } from "@greenlight/contract/errors";
import type { FieldError, Problem } from "@greenlight/contract/problem";
import type { FastifyReply } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { VersionConflict } from "../app/ports/event-store.ts";
import { StageFailure } from "../app/ports/stage-adapter.ts";
import { Unavailable } from "../app/ports/unavailable.ts";
import { Rejection } from "../domain/commands.ts";
import { fieldErrors } from "./field-errors.ts";

/** HTTP status of each error code. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  invalid_field: 400,
  invalid_yaml: 400,
  invalid_config: 422,
  unauthorized: 401,
  host_not_allowed: 421,
  external_bind_refused: 403,
  rate_limited: 429,
  payload_too_large: 413,
  unsupported_media_type: 415,
  headers_too_large: 431,
  method_not_allowed: 405,
  range_not_satisfiable: 416,
  not_found: 404,
  job_not_found: 404,
  artifact_not_found: 404,
  pipeline_not_found: 404,
  stage_not_found: 404,
  webhook_not_found: 404,
  webhook_disabled: 409,
  delivery_not_found: 404,
  link_not_found: 404,
  link_used: 410,
  link_expired: 410,
  upload_not_found: 422,
  unknown_cursor: 400,
  invalid_transition: 409,
  gate_not_open: 409,
  gate_already_decided: 409,
  gate_stale_artifact: 409,
  approver_not_allowed: 403,
  self_approval_refused: 403,
  role_not_allowed: 403,
  beat_not_found: 422,
  patch_invalid: 422,
  patch_not_applicable: 422,
  patch_target_missing: 422,
  patch_no_change: 422,
  patch_invalid_result: 422,
  patch_too_short: 422,
  idempotency_conflict: 409,
  version_conflict: 409,
  stale_attempt: 409,
  script_not_drawable: 422,
  source_missing: 422,
  source_outside: 422,
  source_empty: 422,
  source_too_large: 422,
  source_unreadable: 422,
  source_fetch_failed: 422,
  source_address_refused: 422,
  voice_unknown: 422,
  media_unreadable: 422,
  media_not_usable: 422,
  comparison_too_large: 422,
  brief_too_thin: 422,
  stage_failed: 500,
  stage_timeout: 504,
  stage_crashed: 500,
  render_failed: 500,
  provider_unavailable: 503,
  unavailable: 503,
  internal: 500,
};

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

export function problemOf(code: ErrorCode, detail: string, errors: readonly FieldError[] = []): Problem {
  const [title, remedy] = ERRORS[code];
  return {
    type: `urn:greenlight:error:${code}`,
    title,
    status: STATUS[code],
    detail,
    code,
    remedy,
    ...(errors.length > 0 ? { errors: [...errors] } : {}),
  };
}

/**
 * The problem a thrown value is told as. `known: false` means it is a bug: log it. `bodyIsPatch`: the request's body is
 * a patch itself; elsewhere one comes as the body's `patch`.
 */
export function toProblem(error: unknown, bodyIsPatch = false): { problem: Problem; known: boolean } {
  const known = knownProblem(error, bodyIsPatch);
  if (known !== undefined) return { problem: known, known: true };
  return {
    problem: problemOf("internal", "The request could not be finished; the server's log says why."),
    known: false,
  };
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header("retry-after", "5");
  return reply.code(problem.status).header("content-type", PROBLEM_TYPE).send(JSON.stringify(problem));
}

/** Fastify's own refusals, by its error code. */
const FASTIFY: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["unsupported_media_type", "Send the body as application/json."],
  FST_ERR_CTP_INVALID_TYPE: ["unsupported_media_type", "Send the body as application/json."],
  FST_ERR_CTP_EMPTY_TYPE: ["unsupported_media_type", "Send the body as application/json."],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["bad_request", "The body is empty though its type is application/json."],
  FST_ERR_CTP_INVALID_JSON_BODY: ["bad_request", "The body is not valid JSON."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["bad_request", "The body's length differs from Content-Length."],
  FST_ERR_BAD_URL: ["bad_request", "The address has a broken percent-encoding."],
  FST_ERR_ASYNC_CONSTRAINT: ["bad_request", "The request's headers cannot be understood."],
  FST_ERR_MAX_PARAM_LENGTH: ["not_found", "A part of the address is longer than any id."],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ["unsupported_media_type", "Send the file as multipart/form-data."],
  FST_FILES_LIMIT: ["bad_request", "Send one file a request."],
  FST_PARTS_LIMIT: ["bad_request", "The form has too many parts."],
  FST_FIELDS_LIMIT: ["bad_request", "The form has too many fields."],
  FST_PROTO_VIOLATION: ["bad_request", "The form has a field with a forbidden name."],
  FST_NO_FORM_DATA: ["bad_request", "The request carries no form."],
};

function knownProblem(error: unknown, bodyIsPatch: boolean): Problem | undefined {
  if (error instanceof Rejection) return problemOf(error.code, error.message, error.errors);
  if (error instanceof StageFailure) return problemOf(error.code, error.message);
  if (error instanceof VersionConflict)
    return problemOf("version_conflict", "Another change of this job came first, several times.");
  if (error instanceof Unavailable)
    return problemOf("unavailable", "A part the server needs does not answer.");
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = error.validationContext ?? "body";
    const errors = fieldErrors(error.validation, context);
    const inPatch =
      context === "body" &&
      (bodyIsPatch || error.validation.every(({ instancePath }) => /^\/patch(\/|$)/.test(instancePath)));
    return problemOf(inPatch ? "patch_invalid" : "invalid_field", describe(errors), errors);
  }
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  if (statusCode === 413 || code === "FST_REQ_FILE_TOO_LARGE")
    return problemOf("payload_too_large", "The request is larger than this server takes.");
  const fastify = typeof code === "string" ? FASTIFY[code] : undefined;
  if (fastify !== undefined) return problemOf(...fastify);
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500)
    return problemOf("bad_request", "The request cannot be understood; is its body valid JSON?");
  return undefined;
}

function describe(errors: readonly FieldError[]): string {
  const [first] = errors;
  if (first === undefined) return "A field is not valid.";
  const rest = errors.length - 1;
  const where = first.pointer === "" ? "The request" : first.pointer;
  return `${where}: ${first.message}${rest > 0 ? ` (and ${rest} more)` : ""}`;
}
