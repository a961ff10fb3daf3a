#!/usr/bin/env node
// The command as npm links it: plain JavaScript, so that any Node ≥ 20 can start it; the rest runs on Node 24.
import { fileURLToPath } from "node:url";
import { run } from "../../../scripts/node24.js";

try {
  run([fileURLToPath(new URL("../src/cli/main.ts", import.meta.url)), ...process.argv.slice(2)]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
