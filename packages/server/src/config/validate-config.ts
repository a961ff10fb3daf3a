import type { ConfigKind } from "@greenlight/contract/api";
import {
  briefDefaults,
  type ConfigProblem,
  globalConfig,
  modulesConfig,
  operatorConfig,
} from "@greenlight/contract/config";
import { pipeline } from "@greenlight/contract/pipeline";
import { render } from "@greenlight/contract/render";
import type { z } from "zod";
import { builtinStyle } from "../adapters/writers/builtin/style.ts";
import { checkYaml, problemAt, readYaml, type YamlFile } from "./yaml-file.ts";

/** The schema of each kind of configuration file. */
const CONFIG_SCHEMAS = {
  operator: operatorConfig,
  global: globalConfig,
  render,
  modules: modulesConfig,
  brief: briefDefaults,
  pipeline,
  builtin_writer: builtinStyle,
} as const satisfies Record<ConfigKind, z.ZodType>;

export type ConfigValue<Kind extends ConfigKind> = z.output<(typeof CONFIG_SCHEMAS)[Kind]>;
export type Checked<Kind extends ConfigKind> =
  | { readonly value: ConfigValue<Kind>; readonly yaml: YamlFile }
  | { readonly problems: readonly ConfigProblem[] };

/** Reads one configuration text against the schema of its kind and the rules within the file. */
export function readConfig<Kind extends ConfigKind>(kind: Kind, text: string, file: string): Checked<Kind> {
  const read = readYaml(text, file);
  if ("problems" in read) return read;
  const schema: z.ZodType = CONFIG_SCHEMAS[kind];
  const checked = checkYaml(read.yaml, schema as z.ZodType<ConfigValue<Kind>>);
  if ("problems" in checked) return checked;
  const problems = kind === "render" ? checkProfile(read.yaml, render.parse(checked.value)) : [];
  return problems.length > 0 ? { problems } : { value: checked.value, yaml: read.yaml };
}

function checkProfile(yaml: YamlFile, value: z.output<typeof render>): ConfigProblem[] {
  const names = Object.keys(value.profiles);
  if (names.includes(value.profile)) return [];
  const message = `No profile is called ${value.profile}.`;
  return [
    problemAt(yaml, ["profile"], "value", message, `Use one of ${names.join(", ")}.`, {
      code: "invalid_config",
    }),
  ];
}
