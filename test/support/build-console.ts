import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Builds the console if its sources have changed since; a server looks for the result when it starts. `make test` has
 * built it before, so that test files which run side by side find it whole.
 */
export async function buildConsole(): Promise<void> {
  await promisify(execFile)("make", ["--silent", "packages/web/dist/index.html"], { cwd: ROOT });
}
