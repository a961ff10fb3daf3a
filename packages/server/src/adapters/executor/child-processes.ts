import { type ChildProcess, fork } from "node:child_process";
import type { Logger } from "../../app/ports/logger.ts";
import type {
  StageExecutor,
  StageOutcome,
  StageReports,
  StageRequest,
} from "../../app/ports/stage-executor.ts";
import type { FromHost, ToHost } from "./protocol.ts";

/** How long an aborted attempt may take to end by itself before its process is killed. */
const GRACE_MS = 1200;

/**
 * Runs attempts in child processes (stage hosts), so that a native crash or a runaway render never takes the server
 * down. A host is idle, busy with one attempt, or dead. `spare` idle hosts are kept warm, since starting one takes a
 * few hundred milliseconds. An aborted host that does not end its attempt in time is killed and replaced; a host
 * whose server dies sees its channel close and exits. Nothing here survives a crash, and nothing needs to.
 */
export function createChildProcessExecutor(options: {
  /** The stage host's main file. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Idle hosts to keep ready. */
  readonly spare: number;
  readonly log: Logger;
}): StageExecutor {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  let closed = false;

  function spawn(): ChildProcess {
    const host = fork(options.entry, options.args, {
      execPath: process.execPath,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: options.env,
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // Ctrl-C reaches the whole foreground group; the server decides when its hosts end.
      detached: true,
    });
    all.add(host);
    const gone = () => {
      all.delete(host);
      const at = idle.indexOf(host);
      if (at >= 0) idle.splice(at, 1);
    };
    host.on("error", (error) => {
      options.log.error("stage", "a stage host could not be reached", { error });
      // One that could not even be started has no exit to tell of.
      if (host.pid === undefined) gone();
    });
    host.once("exit", gone);
    return host;
  }

  function refill(): void {
    while (!closed && idle.length < options.spare) idle.push(spawn());
  }

  async function run(
    request: StageRequest,
    reports: StageReports,
    signal: AbortSignal,
  ): Promise<StageOutcome> {
    if (signal.aborted) return { ok: "aborted" };
    let host = idle.pop();
    // One that has just died is known by its channel before its exit is told.
    while (host && !host.connected) host = idle.pop();
    host ??= spawn();
    const outcome = await attempt(host, request, reports, signal);
    const usable = outcome.ok === true || outcome.ok === false;
    if (usable && host.connected && !closed && idle.length < options.spare) idle.push(host);
    else host.kill("SIGKILL");
    refill();
    return outcome;
  }

  refill();
  return {
    run,
    async close() {
      closed = true;
      const ended = [...all].map((host) => new Promise((resolve) => host.once("exit", resolve)));
      for (const host of all) host.kill("SIGKILL");
      await Promise.all(ended);
    },
  };
}

function attempt(
  host: ChildProcess,
  request: StageRequest,
  reports: StageReports,
  signal: AbortSignal,
): Promise<StageOutcome> {
  return new Promise((resolve) => {
    let killer: NodeJS.Timeout | undefined;
    const end = (outcome: StageOutcome) => {
      clearTimeout(killer);
      host.off("message", onMessage);
      host.off("exit", onExit);
      host.off("error", onError);
      signal.removeEventListener("abort", onAbort);
      resolve(outcome);
    };
    const send = (message: ToHost) => {
      if (host.connected) host.send(message);
    };
    const onMessage = (message: FromHost) => {
      if (message.type === "progress") reports.progress(message.fraction, message.message);
      else if (message.type === "log") reports.log(message.line);
      else if (message.type === "done") end(signal.aborted ? { ok: "aborted" } : message.outcome);
    };
    const onExit = (code: number | null, killedBy: string | null) =>
      end(
        signal.aborted
          ? { ok: "aborted" }
          : { ok: "crashed", message: `the stage's process ended with ${killedBy ?? `code ${code}`}` },
      );
    const onError = (error: Error) => {
      if (host.pid === undefined)
        end({ ok: "crashed", message: `the stage's process could not be started: ${error.message}` });
    };
    const onAbort = () => {
      send({ type: "abort" });
      killer = setTimeout(() => host.kill("SIGKILL"), GRACE_MS);
    };
    host.on("message", onMessage);
    host.on("exit", onExit);
    host.on("error", onError);
    signal.addEventListener("abort", onAbort);
    send({ type: "run", request });
    if (host.pid !== undefined && !host.connected) onExit(host.exitCode, host.signalCode);
  });
}
