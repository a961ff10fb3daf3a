import type { ErrorCode } from "@greenlight/contract/errors";

/** A film or a part of it could not be made. The message names the field or file and the remedy. */
export class RenderFailure extends Error {
  override name = "RenderFailure";
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
