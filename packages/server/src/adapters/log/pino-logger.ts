import pino from "pino";
import type { Logger, LogTag } from "../../app/ports/logger.ts";

/** One JSON line an entry on stderr (stdout belongs to a command's result), tagged `[api]`, `[stage]` … */
export function createPinoLogger(level: "debug" | "info" | "warn" | "error"): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: false }),
  );
  const at =
    (method: "debug" | "info" | "warn" | "error") =>
    (tag: LogTag, message: string, fields: Record<string, unknown> = {}): void => {
      const { error, ...rest } = fields;
      const cause =
        error === undefined ? {} : { err: error instanceof Error ? pino.stdSerializers.err(error) : error };
      log[method]({ tag: `[${tag}]`, ...rest, ...cause }, message);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
