/**
 * The one judge of a configuration: all files together, since a gate of operator.yaml is one of a stage that a pipeline
 * has. A start asks it of the files on disk, `POST /config/validate` of those the server runs with, one of them replaced.
 */
import type { ConfigKind } from "@greenlight/contract/api";
import type { ConfigProblem } from "@greenlight/contract/config";
import { checkOperator, type Surroundings } from "./check-operator.ts";
import { type ConfFile, nameOfKind } from "./conf-files.ts";
import { type Checked, type ConfigValue, readConfig } from "./validate-config.ts";
import { problemAt, readYaml } from "./yaml-file.ts";

export type ConfigValues = {
  readonly operator: ConfigValue<"operator">;
  readonly global: ConfigValue<"global">;
  readonly render: ConfigValue<"render">;
  readonly modules: ConfigValue<"modules">;
  /** As written, not filled in. */
  readonly brief: Readonly<Record<string, unknown>>;
  readonly builtin: ConfigValue<"builtin_writer">;
  readonly pipelines: ReadonlyMap<string, ConfigValue<"pipeline">>;
};

export type Verdict = {
  /** What keeps a server from starting. */
  readonly problems: readonly ConfigProblem[];
  /** What does not, but will surprise somebody. */
  readonly warnings: readonly ConfigProblem[];
};

/** `values` is null where there is a problem. */
export function checkFiles(
  files: readonly ConfFile[],
  around: Surroundings,
): Verdict & { readonly values: ConfigValues | null } {
  const problems: ConfigProblem[] = [];
  const load = <Kind extends ConfigKind>(kind: Kind, name = nameOfKind(kind, "")): Checked<Kind> => {
    const found = files.find((one) => one.name === name);
    const { file, text } = found ?? { file: name, text: null };
    const checked = text === null ? { problems: [missingFile(file)] } : readConfig(kind, text, file);
    if ("problems" in checked) problems.push(...checked.problems);
    return checked;
  };
  const operator = load("operator");
  const global = load("global");
  const render = load("render");
  const modules = load("modules");
  const brief = load("brief");
  const builtin = load("builtin_writer");
  const pipelines = files
    .filter(({ kind }) => kind === "pipeline")
    .map(({ name }) => {
      const checked = load("pipeline", name);
      if ("value" in checked && nameOfKind("pipeline", checked.value.name) !== name) {
        const right = `Give ${name.slice("pipelines/".length, -".yaml".length)}.`;
        problems.push(
          problemAt(checked.yaml, ["name"], "value", "The name differs from the file's.", right, {
            code: "invalid_config",
          }),
        );
      }
      return checked;
    });
  const valid = pipelines.flatMap((one) => ("value" in one ? [one.value] : []));
  const whole = valid.length === pipelines.length;
  const stages = whole ? valid.flatMap((one) => one.stages.map(({ id }) => id)) : null;
  const operated =
    "value" in operator
      ? checkOperator(operator.yaml, operator.value, stages, around)
      : { problems: [], warnings: [] };
  problems.push(...operated.problems);
  const { warnings } = operated;
  if (
    problems.length > 0 ||
    "problems" in operator ||
    "problems" in global ||
    "problems" in render ||
    "problems" in modules ||
    "problems" in brief ||
    "problems" in builtin
  )
    return { problems, warnings, values: null };
  const values = {
    operator: operator.value,
    global: global.value,
    render: render.value,
    modules: modules.value,
    brief: brief.yaml.value as Record<string, unknown>,
    builtin: builtin.value,
    pipelines: new Map(valid.map((one) => [one.name, one])),
  };
  return { problems, warnings, values };
}

/** What `checkFiles` would say with this text in place of the file of its kind; a pipeline is known by its name. */
export function checkText(
  kind: ConfigKind,
  text: string,
  files: readonly ConfFile[],
  around: Surroundings,
): Verdict {
  const name = nameOfKind(kind, kind === "pipeline" ? pipelineName(text) : "");
  // Whoever asks over HTTP need not learn where the home is.
  const others = files.filter((one) => one.name !== name).map((one) => ({ ...one, file: one.name }));
  const { problems, warnings } = checkFiles([...others, { kind, name, file: name, text }], around);
  return { problems, warnings };
}

function pipelineName(text: string): string {
  const read = readYaml(text, "");
  const name =
    "yaml" in read && read.yaml.value instanceof Object ? Reflect.get(read.yaml.value, "name") : "";
  return typeof name === "string" ? name : "";
}

function missingFile(file: string): ConfigProblem {
  return {
    ...{ code: "invalid_config", file, line: 1, column: 1, field: "", pointer: "" },
    message: "The file does not exist.",
    remedy: "Restore it from the repository.",
  };
}
