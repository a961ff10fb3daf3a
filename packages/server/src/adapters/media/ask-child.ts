/**
 * Asks a process of its own one thing: what draws or speaks holds up a thread for as long as it takes, and a crash of
 * native code must not take the server down. The process ends with its answer, or is killed after the time limit;
 * nothing of it stays.
 */
import { fork } from "node:child_process";

/** @throws Error when the process ends, or the time is over, without an answer. */
export function askChild<Answer>(module: URL, question: object, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const execArgv = ["--disable-warning=ExperimentalWarning"];
    const child = fork(module, { env: {}, execArgv, serialization: "advanced" });
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.once("message", (answer) => resolve(answer as Answer));
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${module.pathname.split("/").at(-1)} ended with ${signal ?? `exit code ${code}`}`));
    });
    child.send(question);
  });
}

/** The other side: answers the one question and ends. A throw ends the process without an answer. */
export function answerParent<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.once("message", (question) => {
    void answer(question as Question).then((told) => process.send?.(told, () => process.disconnect()));
  });
}
