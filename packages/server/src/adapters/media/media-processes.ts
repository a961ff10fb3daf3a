/**
 * Work on media and large texts in processes of its own, one for each question: a crash of native code, a file that
 * takes all memory or a comparison without end takes nobody else down, and whoever no longer waits has the work
 * killed. A process is asked once, answers once and is ended. At most `at_once` run; others wait in order, and past
 * `waiting` of them further ones are turned away. Nothing is kept over a restart.
 */
import { fork } from "node:child_process";
import { Rejection } from "../../domain/commands.ts";
import type { FromMediaHost, MediaAnswer, MediaAsk } from "./protocol.ts";

/** The process gave no answer: it took longer than it may, or died. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
}

/** The answer to a question that may well be answered when it is asked again. @throws Rejection unavailable. */
export async function orUnavailable<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof NoAnswer ? new Rejection("unavailable", `${what}: ${error.message}`) : error;
  }
}

export interface MediaProcesses {
  /** @throws Rejection as the host tells, or unavailable; NoAnswer; the signal's reason when aborted. */
  ask<K extends MediaAsk["type"]>(ask: MediaAsk<K>, signal: AbortSignal): Promise<MediaAnswer<K>>;
  /** Kills what runs; later questions are turned away. */
  close(): void;
}

export function createMediaProcesses(options: {
  /** The media host's main file. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly at_once: number;
  readonly waiting: number;
  readonly timeout_ms: number;
}): MediaProcesses {
  const queue: (() => void)[] = [];
  const closing = new AbortController();
  let running = 0;

  /** Takes a place among those that run; the caller gives it back with `next`. */
  const turn = (signal: AbortSignal): Promise<void> | undefined => {
    if (running < options.at_once) {
      running += 1;
      return undefined;
    }
    if (queue.length >= options.waiting)
      throw new Rejection("unavailable", "Too much work on media is under way; try again shortly.");
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        queue.splice(queue.indexOf(start), 1);
        reject(signal.reason);
      };
      queue.push(start);
      signal.addEventListener("abort", leave, { once: true });
    });
  };

  const next = (): void => {
    const start = queue.shift();
    if (start) start();
    else running -= 1;
  };

  return {
    async ask<K extends MediaAsk["type"]>(ask: MediaAsk<K>, asked: AbortSignal) {
      const signal = AbortSignal.any([asked, closing.signal]);
      signal.throwIfAborted();
      await turn(signal);
      try {
        signal.throwIfAborted();
        return (await askOne(options, ask, signal)) as MediaAnswer<K>;
      } finally {
        next();
      }
    },
    close: () => closing.abort(new Rejection("unavailable", "The server is stopping.")),
  };
}

function askOne(
  { entry, env, timeout_ms }: Parameters<typeof createMediaProcesses>[0],
  ask: Pick<MediaAsk, "type">,
  signal: AbortSignal,
): Promise<MediaAnswer> {
  return new Promise((resolve, reject) => {
    const host = fork(entry, [], {
      execPath: process.execPath,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      host.off("exit", died).kill("SIGKILL");
      settle();
    };
    const stop = () => end(() => reject(signal.reason));
    const died = () => end(() => reject(new NoAnswer("its process died")));
    const timer = setTimeout(
      () => end(() => reject(new NoAnswer(`it took longer than ${timeout_ms / 1000} s`))),
      timeout_ms,
    );
    signal.addEventListener("abort", stop, { once: true });
    host.once("exit", died);
    host.on("error", died);
    host.once("message", (answer: FromMediaHost) =>
      end(() => {
        if (answer.ok) resolve(answer.value);
        else
          reject(
            answer.code === null ? new Error(answer.message) : new Rejection(answer.code, answer.message),
          );
      }),
    );
    host.send(ask);
  });
}
