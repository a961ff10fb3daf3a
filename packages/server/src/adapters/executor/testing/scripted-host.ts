/** A stage host for tests: does what the stage's name says. */
import type { FromHost, ToHost } from "../protocol.ts";

const say = (message: FromHost) => process.send?.(message);
process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToHost) => {
  if (message.type === "abort") return;
  const { stage } = message.request;
  if (stage === "crash") process.exit(7);
  say({ type: "progress", fraction: 0.5, message: String(process.pid) });
  say({ type: "log", line: { level: "info", message: "here" } });
  // `deaf` hears no abort: its event loop is held for ever.
  while (stage === "deaf");
  const outcome = { ok: true, outputs: [], from_cache: false, items_built: 0, items_reused: 0 } as const;
  if (stage !== "endless") say({ type: "done", outcome });
});
