import { Rejection } from "../../domain/commands.ts";

/** The cursor of a page of jobs: the id of its last job, opaque to whoever holds it. */
export function encodeCursor(jobId: string): string {
  return Buffer.from(jobId, "utf8").toString("base64url");
}

export function decodeCursor(cursor: string): string {
  return Buffer.from(cursor, "base64url").toString("utf8");
}

export function unknownCursor(what: string): Rejection {
  return new Rejection("unknown_cursor", `${what} is not one this server gave: start again without it`);
}
