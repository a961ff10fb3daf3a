import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConfigKind } from "@greenlight/contract/api";

/** One file of the configuration. */
export type ConfFile = {
  readonly kind: ConfigKind;
  /** Below `conf/`, e.g. `pipelines/explainer.yaml`. */
  readonly name: string;
  /** How faults name it. */
  readonly file: string;
  /** null where there is no such file. */
  readonly text: string | null;
};

export const SHIPPED_CONF = fileURLToPath(new URL("../../../../conf", import.meta.url));

const SINGLE = [
  ["operator", "operator.yaml"],
  ["global", "global.yaml"],
  ["render", "render.yaml"],
  ["modules", "modules.yaml"],
  ["brief", "brief.yaml"],
  ["builtin_writer", "prompts/builtin.yaml"],
] as const satisfies readonly (readonly [ConfigKind, string])[];

/** Where the only file of a kind stands; a pipeline's has the pipeline's name. */
export function nameOfKind(kind: ConfigKind, pipeline: string): string {
  return SINGLE.find(([one]) => one === kind)?.[1] ?? `pipelines/${pipeline}.yaml`;
}

/** Every file of a home, its own laid over the shipped one of that name. `home` is absolute. */
export function readConfFiles(home: string): ConfFile[] {
  const pipelines = pipelineNames(home).map((name) => ["pipeline", nameOfKind("pipeline", name)] as const);
  return [...SINGLE, ...pipelines].map(([kind, name]) => {
    const own = join(home, "conf", name);
    const file = existsSync(own) ? own : join(SHIPPED_CONF, name);
    return { kind, name, file, text: existsSync(file) ? readFileSync(file, "utf8") : null };
  });
}

function pipelineNames(home: string): string[] {
  const names = [SHIPPED_CONF, join(home, "conf")].flatMap((conf) => {
    const folder = join(conf, "pipelines");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((file) => (file.endsWith(".yaml") ? [file.slice(0, -5)] : []));
  });
  return [...new Set(names)].sort();
}
