import type { CommanderError } from "commander";
import { BadInput } from "./print-error.ts";

/** What is wrong with a command line, told like every other bad input. */
export function usageError({ message }: CommanderError): BadInput {
  const text = message.replace(/^error: /, "");
  // "option '--limit <n>' argument 'x' is invalid. Give …", "missing required argument 'id'",
  // "command-argument value 'x' is invalid for argument 'version'. Give …", "unknown option '--x'"
  const [, flag] = /option '(?:-\w, )?(--?[^\s']+)/.exec(text) ?? [];
  const [, argument] = /argument '([^']+)'/.exec(text) ?? [];
  const [, remedy] = / is invalid(?: for argument '[^']+')?\. (.+)$/s.exec(text) ?? [];
  const field = flag ?? (argument === undefined ? null : `<${argument}>`);
  return new BadInput(sentence(text), remedy ?? "Run the command with --help to see what there is.", field);
}

function sentence(text: string): string {
  const line = text.replaceAll("\n", " ").trim();
  const whole = line.charAt(0).toUpperCase() + line.slice(1);
  return /[.?!)]$/.test(whole) ? whole : `${whole}.`;
}
