/**
 * The configuration: `HOME/conf`, file by file laid over the shipped `conf/`, checked as a whole before anything
 * starts. This file is the only reader of the environment. A configuration that was loaded never changes; a job keeps
 * its own copy of what shaped it, so editing a file touches later jobs only.
 */
import { resolve } from "node:path";
import type { ConfigKind } from "@greenlight/contract/api";
import type { ConfigProblem, GlobalConfig, ModulesConfig, OperatorConfig } from "@greenlight/contract/config";
import type { Pipeline } from "@greenlight/contract/pipeline";
import type { Render } from "@greenlight/contract/render";
import type { ConfiguredWebhook } from "./app/ports/webhooks.ts";
import { checkFiles, checkText, type Verdict } from "./config/check-files.ts";
import { readConfFiles } from "./config/conf-files.ts";
import { InvalidFile } from "./config/invalid-file.ts";
import { operatorTokenHash } from "./config/token.ts";
import { type Variables, webhooksOf } from "./config/webhook-keys.ts";
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
  /** What keeps nothing from starting: a webhook that is switched off for want of its key, a gate that may get stuck. */
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
  /** What a start would say with this text in place of the loaded file of its kind. Faults name files below `conf/`. */
  validate(kind: ConfigKind, text: string): Verdict;
};

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
 * Loads and checks every file. `variables`: where webhooks' keys are.
 * @throws InvalidFile with every fault of every file.
 */
export function loadConfig(
  options: { readonly home: string; readonly env: Environment },
  variables: Variables = process.env,
): Config {
  const home = resolve(options.home);
  const files = readConfFiles(home);
  const around = () => ({ variables, adminSha256: operatorTokenHash(home, options.env.adminToken) });
  const { problems, warnings, values } = checkFiles(files, around());
  if (values === null) throw new InvalidFile(problems);
  const { operator, global, render, modules, brief, pipelines } = values;
  return {
    home,
    env: options.env,
    operator,
    webhooks: webhooksOf(operator, variables),
    warnings,
    global,
    render,
    modules,
    brief,
    prompts: { builtin: values.builtin },
    pipelines,
    files: new Map(files.map(({ name, file }) => [name, file])),
    planFor: (name) => plan(pipelines, operator, name),
    validate: (kind, text) => checkText(kind, text, files, around()),
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
    // Not whatever an object inherits: a stage may be called `constructor`.
    const gate = Object.hasOwn(operator.gates, stage.id) ? operator.gates[stage.id] : undefined;
    const waits = gate && (gate.required || gate.auto_approve || gate.auto_approve_after_s !== null);
    return { ...stage, uses: stage.uses ?? stage.id, gate: waits ? gate : null };
  });
}
