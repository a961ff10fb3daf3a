import { z } from "zod";
import type { ErrorCode } from "./errors.ts";

/** RFC 9457 body. `errors` names each bad field (JSON Pointer) and what would be right. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.custom<ErrorCode>((v) => typeof v === "string"),
  remedy: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string(), remedy: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;
export type FieldError = NonNullable<Problem["errors"]>[number];
