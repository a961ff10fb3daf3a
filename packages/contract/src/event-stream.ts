/**
 * Reads an event stream over as many connections as it takes. A connection that ends, breaks or falls silent is opened
 * again with the id of the last event handed on; waits grow from 0.25 s to 10 s and start afresh with each event. A
 * refusal that time does not mend (4xx but 429) ends the stream with its ProblemError.
 */

import { type JobEvent, jobEvent, type ProgressFrame, progressFrame } from "./event.ts";
import { ProblemError } from "./problem-error.ts";
import { type SseMessage, SseParser } from "./sse-parser.ts";

export type StreamItem =
  | { readonly kind: "event"; readonly event: JobEvent }
  /** A passing report: may be missed, never comes twice in the log. */
  | { readonly kind: "progress"; readonly progress: ProgressFrame };

/** The server sends something every 15 s; without it the connection counts as dead. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

export async function* eventStream(
  open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>,
  options: { readonly after?: string | undefined; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<StreamItem, void> {
  const { signal } = options;
  const ended = () => signal?.aborted === true;
  let last = options.after;
  let wait = FIRST_WAIT_MS;
  while (!ended()) {
    let pause = wait;
    try {
      for await (const message of connection((inner) => open(last, inner), signal)) {
        if (message.id !== null) last = message.id;
        const item = itemOf(message);
        if (item === undefined) continue;
        wait = FIRST_WAIT_MS;
        pause = wait;
        yield item;
      }
    } catch (error) {
      if (ended()) return;
      if (error instanceof ProblemError && isFinal(error)) throw error;
      if (error instanceof ProblemError) pause = Math.max(wait, (error.retry_after_s ?? 0) * 1000);
    }
    await sleep(pause, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

async function* connection(
  open: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal | undefined,
): AsyncGenerator<SseMessage, void> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  signal?.addEventListener("abort", stop, { once: true });
  let silence = setTimeout(stop, SILENCE_MS);
  try {
    const response = await open(controller.signal);
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    const parser = new SseParser();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      yield* parser.push(decoder.decode(value, { stream: true }));
      silence = setTimeout(stop, SILENCE_MS);
    }
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener("abort", stop);
    controller.abort();
  }
}

/** Undefined for a frame of a kind this client does not know, and for a mere cursor. */
function itemOf(message: SseMessage): StreamItem | undefined {
  if (message.data === "") return undefined;
  const data: unknown = JSON.parse(message.data);
  if (message.event === "progress") {
    const progress = progressFrame.safeParse(data).data;
    return progress && { kind: "progress", progress };
  }
  const event = jobEvent.safeParse(data).data;
  return event && { kind: "event", event };
}

function isFinal({ problem }: ProblemError): boolean {
  return problem.status >= 400 && problem.status < 500 && problem.status !== 429;
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
    if (signal?.aborted === true) end();
  });
}
