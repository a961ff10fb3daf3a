import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { BadInput } from "./print-error.ts";

/**
 * Makes the home with its folder `.greenlight` where they are missing, one folder at a time: Node's recursive mkdir
 * never returns where a file system, such as /proc, says ENOENT though the parent exists.
 * @throws BadInput of `--home` when it cannot be made, is no folder, or cannot be written.
 */
export function readyHome(home: string): void {
  const data = join(home, ".greenlight");
  try {
    makeFolder(home);
    makeFolder(data, 0o700);
    for (const folder of [home, data]) accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new BadInput(
      `${home} cannot be the home: ${error instanceof Error ? error.message : String(error)}.`,
      "Give a folder that this user can write to with --home, or give this one to the user.",
      "--home",
    );
  }
}

function makeFolder(path: string, mode?: number): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) throw new Error(`${path} is a file, not a folder`);
  // The root is always there, so this ends.
  makeFolder(dirname(path));
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
