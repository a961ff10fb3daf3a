/**
 * Reads an event stream over as many connections as it takes. A connection that ends, breaks or falls silent is opened
 * again with the id of the last event handed on; waits grow from 0.25 s to 10 s and start afresh with each event. A
 * refusal that time does not mend (4xx but 429) ends the stream with its ProblemError.
 */

import { z } from "zod";
import { EVENT_TYPES, type JobEvent, jobEvent, type ProgressFrame, progressFrame } from "./event.ts";
import { ProblemError } from "./problem-error.ts";
import { type SseMessage, SseParser } from "./sse-parser.ts";

export type StreamItem =
  | { readonly kind: "event"; readonly event: JobEvent }
  /** A passing report: may be missed, never comes twice in the log. */
  | { readonly kind: "progress"; readonly progress: ProgressFrame }
  /** Something this client cannot read; the stream goes on behind it. */
  | { readonly kind: "unknown"; readonly unknown: UnknownMessage };

/** An event whose type this client does not know. */
export type NewerEvent = Omit<JobEvent, "type"> & { readonly type: string };

/**
 * A message that is no event this client knows, handed over so that nothing is missed unknowingly. `newer`: the server
 * has a type of event that this client lacks; `invalid`: what was sent is not what the contract says.
 */
export type UnknownMessage = {
  readonly reason: "newer" | "invalid";
  /** Id to come back with; null where it has none. */
  readonly id: string | null;
  readonly type: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** All but the type is as of any other event; null where it is not. */
  readonly event: NewerEvent | null;
  /** As it was sent. */
  readonly data: string;
};

const newerEvent = jobEvent.extend({ type: z.string() });
const KNOWN: ReadonlySet<string> = new Set(EVENT_TYPES);

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

/** Undefined for a mere cursor. */
function itemOf(message: SseMessage): StreamItem | undefined {
  if (message.data === "") return undefined;
  let data: unknown;
  try {
    data = JSON.parse(message.data);
  } catch {
    return unknownItem(message, `The server sent a ${message.event} that is no JSON.`, null);
  }
  if (message.event === "progress") {
    const { data: progress, error } = progressFrame.safeParse(data);
    return progress ? { kind: "progress", progress } : unknownItem(message, faults(message, error), null);
  }
  const { data: event, error } = jobEvent.safeParse(data);
  if (event) return { kind: "event", event };
  const newer = newerEvent.safeParse(data).data;
  if (newer === undefined || KNOWN.has(newer.type)) return unknownItem(message, faults(message, error), null);
  const text = `This client does not know events of type ${newer.type}; the server is newer.`;
  return unknownItem(message, text, newer);
}

function unknownItem(
  { id, event: type, data }: SseMessage,
  message: string,
  event: NewerEvent | null,
): StreamItem {
  return {
    kind: "unknown",
    unknown: { reason: event ? "newer" : "invalid", id, type, message, event, data },
  };
}

function faults({ event }: SseMessage, error: z.ZodError): string {
  const where = error.issues.map((issue) => `/${issue.path.join("/")} ${issue.message}`).join("; ");
  return `The server sent a ${event} that breaks the contract: ${where}.`;
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
