import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";

const SHIPPED = fileURLToPath(new URL("../../conf", import.meta.url));

/** A brief asks for a film this small so that it is rendered in seconds. */
export const QUICK_SIZE = { width: 320, height: 180 };

type QuickHome = { readonly path: string; remove(): Promise<void> };

/** A temporary home whose configuration is the shipped one, but for a fast encoder, few frames and a contrast no text reaches. */
export async function makeQuickHome(): Promise<QuickHome> {
  const path = await mkdtemp(join(tmpdir(), "greenlight-console-"));
  await cp(SHIPPED, join(path, "conf"), { recursive: true });
  await edit(join(path, "conf/render.yaml"), {
    "video.fps": 15,
    "video.preset": "ultrafast",
    "video.animatic_short_side": 120,
    // More than black on white has, so that the report has a failed check to show.
    "profiles.web.contrast": 22,
    "profiles.web.contrast_large": 22,
  });
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

async function edit(file: string, settings: Record<string, unknown>): Promise<void> {
  const document = parseDocument(await readFile(file, "utf8"));
  for (const [path, value] of Object.entries(settings)) document.setIn(path.split("."), value);
  await writeFile(file, document.toString());
}
