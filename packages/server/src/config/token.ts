import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the token of a home is kept. */
export const tokenFile = (home: string): string => join(home, ".greenlight", "token");

/**
 * The operator's token: the environment's, else the one kept in HOME/.greenlight/token (mode 0600), made at first
 * start from 32 random bytes. Two processes that start at once end up with the same one.
 */
export async function operatorToken(home: string, fromEnvironment: string | null): Promise<string> {
  if (fromEnvironment !== null) return fromEnvironment;
  const kept = await keptToken(home);
  if (kept !== null) return kept;
  const file = tokenFile(home);
  await mkdir(join(home, ".greenlight"), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  // A link fails where a token already stands, so the first writer wins and no reader sees half a file.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await unlink(draft);
  const token = await keptToken(home);
  if (token === null) throw new Error(`${file} is empty; delete it to have a new token made.`);
  return token;
}

/** The token kept in this home, or null; an over-open mode is narrowed. */
export async function keptToken(home: string): Promise<string | null> {
  try {
    const file = tokenFile(home);
    const token = (await readFile(file, "utf8")).trim();
    await chmod(file, 0o600);
    return token === "" ? null : token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** SHA-256 of the operator's token, hexadecimal; null where there is none yet, or none that this user may read. */
export function operatorTokenHash(home: string, fromEnvironment: string | null): string | null {
  const token = fromEnvironment ?? readableToken(home);
  return token === "" ? null : createHash("sha256").update(token).digest("hex");
}

function readableToken(home: string): string {
  try {
    return readFileSync(tokenFile(home), "utf8").trim();
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // Whoever may not read it can be a client of this home, and cannot start it.
    if (["ENOENT", "EACCES", "EPERM"].includes(code)) return "";
    throw error;
  }
}
