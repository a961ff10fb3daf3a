/**
 * The configuration: `HOME/conf`, file by file laid over the shipped `conf/`, checked as a whole before anything
 * starts. This file is the only reader of the environment. A configuration that was loaded never changes; a job keeps
 * its own copy of what shaped it, so editing a file touches later jobs only.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConfigKind } from "@greenlight/contract/api";
import type { ConfigProblem, GlobalConfig, ModulesConfig, OperatorConfig } from "@greenlight/contract/config";
import type { Pipeline } from "@greenlight/contract/pipeline";
import type { Render } from "@greenlight/contract/render";
import type { ConfiguredWebhook } from "./app/ports/webhooks.ts";
import { InvalidFile } from "./config/invalid-file.ts";
import { type Checked, readConfig, validateConfig } from "./config/validate-config.ts";
import { missingKeys, type Variables, webhooksOf } from "./config/webhook-keys.ts";
import { problemAt } from "./config/yaml-file.ts";
import { Rejection } from "./domain/commands.ts";
import type { PlannedStage } from "./domain/state.ts";

/** What Greenlight takes from the environment. */
export type Environment = {
  /** `ADMIN_TOKEN`: the operator's token; null = the one kept in HOME/.greenlight/token. */
  readonly adminToken: string | null;
  /** `GREENLIGHT_TOKEN`: the token the client commands show; null = the operator's. */
  readonly token: string | null;
  /** `GREENLIGHT_URL`: the server the client commands speak to; null = the one of the configuration. */
  readonly url: string | null;
  /** `GREENLIGHT_HOME`: what `--home` presets to; null = the current folder. */
  readonly home: string | null;
};

export type Config = {
  /** Absolute. */
  readonly home: string;
  readonly env: Environment;
  readonly operator: OperatorConfig;
  readonly webhooks: readonly ConfiguredWebhook[];
  /** Faults that keep nothing from starting but switch a part off: each webhook whose key is missing. */
  readonly warnings: readonly ConfigProblem[];
  readonly global: GlobalConfig;
  readonly render: Render;
  readonly modules: ModulesConfig;
  /** Fields a brief starts from, as written (not filled in). */
  readonly brief: Readonly<Record<string, unknown>>;
  /** What writers are told, by provider. */
  readonly prompts: { readonly builtin: unknown };
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  /** Which file each part came from: `operator.yaml` → absolute path. */
  readonly files: ReadonlyMap<string, string>;
  /**
   * The stages of a pipeline, each with its gate. The mode is the domain's business, so a plan serves both.
   * @throws Rejection pipeline_not_found.
   */
  planFor(pipelineName: string): PlannedStage[];
};

export const SHIPPED_CONF = fileURLToPath(new URL("../../../conf", import.meta.url));

/** Reads the variables of Greenlight. An empty one counts as not set. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  return {
    adminToken: env.ADMIN_TOKEN || null,
    token: env.GREENLIGHT_TOKEN || null,
    url: env.GREENLIGHT_URL || null,
    home: env.GREENLIGHT_HOME || null,
  };
}

/** The environment that stage hosts run in: everything but the tokens and the webhooks' keys. */
export function hostEnvironment(
  operator: OperatorConfig,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const secret = new Set([
    "ADMIN_TOKEN",
    "GREENLIGHT_TOKEN",
    ...operator.webhooks.flatMap((webhook) => webhook.secret_env ?? []),
  ]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secret.has(name)));
}

/**
 * What is wrong with a configuration text: `problems` keep the server from starting, `warnings` switch a part of it off
 * (a webhook whose key this process's environment lacks).
 */
export function checkConfig(
  kind: ConfigKind,
  text: string,
  variables: Variables = process.env,
): { problems: readonly ConfigProblem[]; warnings: readonly ConfigProblem[] } {
  const file = `${kind}.yaml`;
  if (kind !== "operator") return { problems: validateConfig(kind, text, file), warnings: [] };
  const checked = readConfig("operator", text, file);
  return "problems" in checked
    ? { problems: checked.problems, warnings: [] }
    : { problems: [], warnings: missingKeys(checked.yaml, checked.value, variables) };
}

/**
 * Loads and checks every file. `variables`: where webhooks' keys are.
 * @throws InvalidFile with every fault of every file.
 */
export function loadConfig(
  options: { readonly home: string; readonly env: Environment },
  variables: Variables = process.env,
): Config {
  const home = resolve(options.home);
  const problems: ConfigProblem[] = [];
  const files = new Map<string, string>();
  const load = <Kind extends ConfigKind>(kind: Kind, name: string): Checked<Kind> => {
    const file = confFile(home, name);
    files.set(name, file);
    const checked = existsSync(file)
      ? readConfig(kind, readFileSync(file, "utf8"), file)
      : { problems: [missingFile(file)] };
    if ("problems" in checked) problems.push(...checked.problems);
    return checked;
  };
  const operator = load("operator", "operator.yaml");
  const global = load("global", "global.yaml");
  const render = load("render", "render.yaml");
  const modules = load("modules", "modules.yaml");
  const brief = load("brief", "brief.yaml");
  const builtin = load("builtin_writer", "prompts/builtin.yaml");
  const pipelines = pipelineNames(home).map((name) => {
    const checked = load("pipeline", `pipelines/${name}.yaml`);
    if ("value" in checked && checked.value.name !== name)
      problems.push(
        problemAt(checked.yaml, ["name"], "value", "The name differs from the file's.", `Give ${name}.`),
      );
    return checked;
  });
  const valid = pipelines.flatMap((p) => ("value" in p ? [p.value] : []));
  if ("value" in operator && valid.length === pipelines.length) problems.push(...strayGates(operator, valid));
  if (
    problems.length > 0 ||
    "problems" in operator ||
    "problems" in global ||
    "problems" in render ||
    "problems" in modules ||
    "problems" in brief ||
    "problems" in builtin
  )
    throw new InvalidFile(problems);
  const byName = new Map(valid.map((p) => [p.name, p]));
  return {
    home,
    env: options.env,
    operator: operator.value,
    webhooks: webhooksOf(operator.value, variables),
    warnings: missingKeys(operator.yaml, operator.value, variables),
    global: global.value,
    render: render.value,
    modules: modules.value,
    brief: brief.yaml.value as Record<string, unknown>,
    prompts: { builtin: builtin.value },
    pipelines: byName,
    files,
    planFor: (name) => plan(byName, operator.value, name),
  };
}

function plan(
  pipelines: ReadonlyMap<string, Pipeline>,
  operator: OperatorConfig,
  name: string,
): PlannedStage[] {
  const pipeline = pipelines.get(name);
  if (!pipeline)
    throw new Rejection(
      "pipeline_not_found",
      `No pipeline is called ${name}; there is ${[...pipelines.keys()].join(", ")}.`,
    );
  return pipeline.stages.map((stage) => {
    const gate = operator.gates[stage.id];
    const waits = gate && (gate.required || gate.auto_approve || gate.auto_approve_after_s !== null);
    return { ...stage, uses: stage.uses ?? stage.id, gate: waits ? gate : null };
  });
}

function confFile(home: string, name: string): string {
  const own = join(home, "conf", name);
  return existsSync(own) ? own : join(SHIPPED_CONF, name);
}

function pipelineNames(home: string): string[] {
  const names = [SHIPPED_CONF, join(home, "conf")].flatMap((conf) => {
    const folder = join(conf, "pipelines");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((file) => (file.endsWith(".yaml") ? [file.slice(0, -5)] : []));
  });
  return [...new Set(names)].sort();
}

function missingFile(file: string): ConfigProblem {
  const remedy = "Restore it from the repository.";
  return { file, line: 1, column: 1, field: "", pointer: "", message: "The file does not exist.", remedy };
}

function strayGates(operator: Checked<"operator">, pipelines: readonly Pipeline[]): ConfigProblem[] {
  if ("problems" in operator) return [];
  const stages = new Set(pipelines.flatMap((p) => p.stages.map((s) => s.id)));
  return Object.keys(operator.value.gates)
    .filter((stage) => !stages.has(stage))
    .map((stage) =>
      problemAt(
        operator.yaml,
        ["gates", stage],
        "key",
        "No pipeline has this stage.",
        `Use one of ${[...stages].join(", ")}.`,
      ),
    );
}
