import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A program in a process of its own, which answers questions, one at a time. */
export interface Program {
  ask<T>(question: string): Promise<T>;
  stop(): Promise<void>;
}

/** Starts a source file of this package. */
export function startProgram(entry: URL, ...args: string[]): Program {
  const file = fileURLToPath(entry);
  const child = fork(file, args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    execArgv: ["--expose-gc", "--conditions=@millrace/source", "--import=tsx"],
  });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (code, signal) => {
      reject(new Error(`${file} has ended (${signal ?? String(code)})`));
    });
  });
  ended.catch(() => undefined); // whoever asks is told
  return {
    async ask<T>(question: string) {
      const answered = once(child, "message");
      child.send(question);
      const [answer] = (await Promise.race([answered, ended])) as [{ value: T }];
      return answer.value;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, "exit");
    },
  };
}
