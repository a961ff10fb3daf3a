/**
 * Renders beats in parallel in processes of their own: drawing needs a thread of JavaScript each, and a crash of
 * native code must not take the stage down. Workers start when first needed, are kept warm, and are replaced when they
 * die. A beat whose worker dies fails; an abort that the worker does not answer within half a second kills it. Broken
 * files are removed. Nothing is kept over a restart.
 */

import { type ChildProcess, fork } from "node:child_process";
import { rm } from "node:fs/promises";
import type { BeatRender, RenderedBeat, RenderOptions } from "./beat-render.ts";
import { RenderFailure } from "./render-failure.ts";
import type { FromWorker, ToWorker } from "./render-messages.ts";

const ABORT_ANSWER_MS = 500;

/**
 * A worker needs nothing of our environment. glibc is told to keep freed memory: each frame takes and frees 8 MB, and
 * to get them from the kernel again costs more than to draw them. Other allocators ignore it.
 */
const WORKER_ENV = { MALLOC_MMAP_THRESHOLD_: "1073741824", MALLOC_TRIM_THRESHOLD_: "1073741824" };

export interface RenderPool {
  /** @throws RenderFailure `invalid_field`, `render_failed`, `stage_crashed`; the signal's reason when aborted. */
  render(beat: BeatRender, options: RenderOptions): Promise<RenderedBeat>;
  /** Ends the workers; beats under way fail. */
  close(): Promise<void>;
}

type Task = {
  readonly beat: BeatRender;
  readonly options: RenderOptions;
  resolve(rendered: RenderedBeat): void;
  reject(error: unknown): void;
};

/** `size` beats at once; further ones wait in order. `worker` is the module to fork, for tests. */
export function openRenderPool(options: { readonly size: number; readonly worker?: URL }): RenderPool {
  const module = options.worker ?? new URL("./render-worker.ts", import.meta.url);
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const queue: Task[] = [];
  let closed = false;

  const start = (): ChildProcess => {
    const worker = fork(module, { env: WORKER_ENV, execArgv: [], serialization: "advanced" });
    all.add(worker);
    worker.once("exit", () => {
      all.delete(worker);
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
    });
    return worker;
  };

  const pump = (): void => {
    while (!closed && queue.length > 0) {
      const worker = idle.pop() ?? (all.size < options.size ? start() : undefined);
      const task = worker && queue.shift();
      if (worker === undefined || task === undefined) return;
      void runOn(worker, task).then((alive) => {
        if (alive) idle.push(worker);
        pump();
      });
    }
  };

  return {
    render(beat, renderOptions) {
      return new Promise<RenderedBeat>((resolve, reject) => {
        const { signal } = renderOptions;
        if (closed) return reject(new RenderFailure("render_failed", "the render pool is closed"));
        if (signal?.aborted) return reject(signal.reason);
        const task: Task = { beat, options: renderOptions, resolve, reject };
        signal?.addEventListener(
          "abort",
          () => {
            const at = queue.indexOf(task);
            if (at < 0) return;
            queue.splice(at, 1);
            reject(signal.reason);
          },
          { once: true },
        );
        queue.push(task);
        pump();
      });
    },
    async close() {
      closed = true;
      for (const task of queue.splice(0)) {
        task.reject(new RenderFailure("render_failed", "the render pool was closed"));
      }
      await Promise.all(
        [...all].map((worker) => {
          const gone = new Promise((resolve) => worker.once("exit", resolve));
          worker.kill("SIGKILL");
          return gone;
        }),
      );
    },
  };
}

/** Renders one task on a worker. Resolves with whether the worker can take another. */
function runOn(worker: ChildProcess, task: Task): Promise<boolean> {
  const { beat, options } = task;
  const { signal } = options;
  const say = (message: ToWorker): void => {
    if (worker.connected) worker.send(message);
  };
  return new Promise((resolve) => {
    let killer: NodeJS.Timeout | undefined;
    const end = async (alive: boolean, outcome: RenderedBeat | { readonly error: unknown }) => {
      clearTimeout(killer);
      worker.off("message", onMessage).off("exit", onExit).off("error", onError);
      signal?.removeEventListener("abort", onAbort);
      if ("error" in outcome) {
        await rm(beat.out, { force: true });
        task.reject(outcome.error);
      } else task.resolve(outcome);
      resolve(alive);
    };
    const onMessage = (message: FromWorker): void => {
      if (message.type === "frame") options.onFrame?.(message.frames);
      else if (message.type === "need_image") {
        const { id } = message;
        options.openImage(id).then(
          (image) => say({ type: "image", id, image }),
          (error: unknown) => say({ type: "no_image", id, message: String(error) }),
        );
      } else if (message.type === "done")
        void end(true, { file: beat.out, frame_count: message.frame_count });
      else if (message.type === "aborted") void end(true, { error: signal?.reason });
      else if (message.type === "failed") {
        void end(true, { error: new RenderFailure(message.code, message.message) });
      }
    };
    const onExit = (code: number | null, killedBy: NodeJS.Signals | null): void => {
      const how = killedBy ?? `exit code ${code}`;
      const crash = new RenderFailure(
        "stage_crashed",
        `the worker that rendered ${beat.out} ended with ${how}`,
      );
      void end(false, { error: signal?.aborted ? signal.reason : crash });
    };
    const onError = (error: Error): void => {
      worker.kill("SIGKILL");
      void end(false, { error: new RenderFailure("stage_crashed", error.message, { cause: error }) });
    };
    const onAbort = (): void => {
      say({ type: "abort" });
      killer = setTimeout(() => worker.kill("SIGKILL"), ABORT_ANSWER_MS);
    };
    worker.on("message", onMessage).once("exit", onExit).once("error", onError);
    signal?.addEventListener("abort", onAbort, { once: true });
    say({ type: "render", beat });
  });
}
