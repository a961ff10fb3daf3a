import type { Client } from "@greenlight/contract/client";
import type { JobStatus } from "@greenlight/contract/event";
import type { UnknownMessage } from "@greenlight/contract/event-stream";
import { type CliContext, EXIT } from "./context.ts";
import { barBoard, jsonBoard, lineBoard } from "./stage-board.ts";

const ENDED = new Set<JobStatus>(["completed", "failed", "canceled"]);

/**
 * Follows a job until it ends; exit code 0 if it completed. A gate that waits is told and waited for. What the server
 * sends and this program cannot read is told too, and counts where it says how the job stands.
 */
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
  try {
    for await (const item of client.events(id, { signal: stop.signal })) {
      if (item.kind === "progress") {
        board.progress(item.progress);
        continue;
      }
      if (item.kind === "event") board.event(item.event);
      else {
        board.rest();
        tellUnknown(item.unknown, json, context);
      }
      const event = item.kind === "event" ? item.event : item.unknown.event;
      if (event === null) continue;
      // A job may have been retried after it ended: only the end of the log as it stood counts.
      if (ENDED.has(event.status) && event.seq >= job.version) {
        board.rest();
        return event.status === "completed" ? EXIT.done : EXIT.failed;
      }
    }
    board.rest();
    return EXIT.interrupted;
  } finally {
    forget();
    stop.abort();
  }
}

function tellUnknown(unknown: UnknownMessage, json: boolean, { stdout, stderr }: CliContext): void {
  if (json) stdout.write(`${JSON.stringify({ type: "unknown", unknown })}\n`);
  else if (unknown.event) stderr.write(`notice: ${unknown.message} It says: ${unknown.event.message}\n`);
  else stderr.write(`notice: ${unknown.message} Compare with \`greenlight show\`.\n`);
}
