/** Something that is done again and again, with a pause after each time. */
export interface Repeated {
  /** The first time is at once. */
  start(): void;
  /** No further time begins; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** `turn` must not throw; `running` says whether it was stopped meanwhile. */
export function repeatUntilStopped(
  pauseMs: number,
  turn: (running: () => boolean) => Promise<void>,
): Repeated {
  let running = false;
  let pause: NodeJS.Timeout | undefined;
  let current = Promise.resolve();

  async function once(): Promise<void> {
    await turn(() => running);
    if (running) pause = setTimeout(begin, pauseMs);
  }

  function begin(): void {
    current = once();
  }

  return {
    start() {
      running = true;
      begin();
    },
    stop() {
      running = false;
      clearTimeout(pause);
      return current;
    },
  };
}
