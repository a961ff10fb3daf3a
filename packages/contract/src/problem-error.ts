import { ERRORS, type ErrorCode } from "./errors.ts";
import { type Problem, problem } from "./problem.ts";

/** The server refused. `code` says why, `problem.remedy` what to do, `problem.errors` which fields are wrong. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly code: ErrorCode;
  readonly problem: Problem;
  /** Seconds to wait before the same request may pass; null where the server named none. */
  readonly retry_after_s: number | null;

  constructor(body: Problem, retryAfterS: number | null = null) {
    super(body.detail);
    this.code = body.code;
    this.problem = body;
    this.retry_after_s = retryAfterS;
  }
}

/** Reads a refusal. What is no problem+json (a proxy in between) becomes one that says so. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const header = Number.parseFloat(response.headers.get("retry-after") ?? "");
  const retryAfterS = Number.isFinite(header) ? header : null;
  const text = await response.text();
  return new ProblemError(parseProblem(text) ?? foreign(response), retryAfterS);
}

function parseProblem(text: string): Problem | undefined {
  try {
    return problem.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function foreign(response: Response): Problem {
  const code: ErrorCode = response.status >= 500 ? "unavailable" : "bad_request";
  const [title, remedy] = ERRORS[code];
  const detail = `The answer (${response.status}) does not come from Greenlight; check the address.`;
  return { type: `urn:greenlight:error:${code}`, title, status: response.status, detail, code, remedy };
}
