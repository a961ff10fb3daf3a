export type LogTag = "api" | "orchestrator" | "stage" | "gate" | "events" | "ui";

export interface Logger {
  debug(tag: LogTag, message: string, fields?: Record<string, unknown>): void;
  info(tag: LogTag, message: string, fields?: Record<string, unknown>): void;
  warn(tag: LogTag, message: string, fields?: Record<string, unknown>): void;
  error(tag: LogTag, message: string, fields?: Record<string, unknown>): void;
}
