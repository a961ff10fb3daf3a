import type { Client } from "@greenlight/contract/client";
import type { JobStatus } from "@greenlight/contract/event";
import { type CliContext, EXIT } from "./context.ts";
import { barBoard, jsonBoard, lineBoard } from "./stage-board.ts";

const ENDED = new Set<JobStatus>(["completed", "failed", "canceled"]);

/** Follows a job until it ends; exit code 0 if it completed. A gate that waits is told and waited for. */
export async function watchJob(
  client: Client,
  id: string,
  json: boolean,
  context: CliContext,
): Promise<number> {
  const stop = new AbortController();
  const forget = context.onInterrupt(() => stop.abort());
  const job = await client.job(id);
  const bars = context.stdout.isTTY === true;
  const board = json
    ? jsonBoard(context.stdout)
    : bars
      ? barBoard(
          context.stdout,
          job.stages.map((stage) => stage.id),
        )
      : lineBoard(context.stdout);
  let seen = 0;
  try {
    for await (const item of client.events(id, { signal: stop.signal })) {
      if (item.kind === "progress") {
        board.progress(item.progress);
        continue;
      }
      board.event(item.event);
      seen = item.event.seq;
      // A job may have been retried after it ended: only the end of the log as it stood counts.
      if (ENDED.has(item.event.status) && seen >= job.version) {
        board.rest();
        return item.event.status === "completed" ? EXIT.done : EXIT.failed;
      }
    }
    board.rest();
    return EXIT.interrupted;
  } finally {
    forget();
    stop.abort();
  }
}
