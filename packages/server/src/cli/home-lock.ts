/**
 * One engine per home. `HOME/.greenlight/process.json` names the process that runs jobs there; it is made when a
 * server or `make` starts and removed when it ends. After a crash it stays behind and the next start takes it over,
 * because the process it names is gone or is another program by now.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BadInput } from "./print-error.ts";
import { readyHome } from "./ready-home.ts";

export type HomeHolder = { readonly pid: number; readonly command: string; readonly url: string | null };

const lockFile = (home: string): string => join(home, ".greenlight", "process.json");

/** The live process that runs jobs in this home, or null. */
export function homeHolder(home: string): HomeHolder | null {
  if (!existsSync(lockFile(home))) return null;
  try {
    const holder = JSON.parse(readFileSync(lockFile(home), "utf8")) as HomeHolder;
    return isGreenlight(holder.pid) ? holder : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Marks this process as the one that runs jobs in this home.
 * @throws BadInput when another live one does, or the home cannot be written.
 */
export function holdHome(home: string, command: string): { setUrl(url: string): void; release(): void } {
  readyHome(home);
  const other = homeHolder(home);
  if (other && other.pid !== process.pid)
    throw new BadInput(
      `\`greenlight ${other.command}\` (process ${other.pid}) runs jobs in ${home}.`,
      "Stop it, hand the job to it with `greenlight submit`, or give another --home.",
    );
  if (!other) rmSync(lockFile(home), { force: true });
  const holder: HomeHolder = { pid: process.pid, command, url: null };
  writeFileSync(lockFile(home), JSON.stringify(holder), { flag: "wx" });
  return {
    setUrl: (url) => writeFileSync(lockFile(home), JSON.stringify({ ...holder, url })),
    release: () => rmSync(lockFile(home), { force: true }),
  };
}

/** Whether this process lives and is ours; where the system does not tell a command line, living is enough. */
function isGreenlight(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user lives, but may be any program.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return (commandLineFromProc(pid) ?? commandLineFromPs(pid))?.includes("cli/main.ts") ?? true;
}

function commandLineFromProc(pid: number): string | null {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** For systems without /proc, such as macOS; null where `ps` is missing, too, or knows no such process. */
export function commandLineFromPs(pid: number): string | null {
  const { status, stdout } = spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], {
    encoding: "utf8",
  });
  return status === 0 ? stdout : null;
}
