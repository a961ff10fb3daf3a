import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the console from its present sources; a server looks for the result when it starts. */
export async function buildConsole(): Promise<void> {
  await promisify(execFile)("npm", ["run", "--silent", "build", "-w", "packages/web"], { cwd: ROOT });
}
