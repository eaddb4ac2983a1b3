import { tryFor, type Task } from "../shared/patience.ts";
import { full } from "../shared/refusals.ts";
import { answerOf, isPassing, textOf, type Connection, type Reply } from "./connection.ts";
import { SCRIPTS, type ScriptName } from "./scripts.ts";

/** Redis, as the store talks to it: every call answers, is refused, or fails in time. */
export interface Server {
  command(this: void, task: Task, ...parts: string[]): Promise<Reply>;
  script(
    this: void,
    name: ScriptName,
    task: Task,
    keys: readonly string[],
    ...parameters: string[]
  ): Promise<Reply>;
}

export function serverOf(connection: Connection, timeout: number): Server {
  const digests = new Map<ScriptName, Promise<string>>();
  const patience = { timeout, isPassing };

  function digestOf(name: ScriptName): Promise<string> {
    let digest = digests.get(name);
    if (digest === undefined) {
      digest = connection.command("SCRIPT", "LOAD", SCRIPTS[name]).then(textOf);
      digest.catch(() => digests.delete(name));
      digests.set(name, digest);
    }
    return digest;
  }

  async function run(name: ScriptName, task: Task, parts: string[]): Promise<Reply> {
    try {
      return await connection.command("EVALSHA", await digestOf(name), ...parts);
    } catch (error) {
      if (answerOf(error) === "NOSCRIPT") digests.delete(name); // it was started anew
      throw answerOf(error) === "OOM" ? full(task.verb, task.id, error) : error;
    }
  }

  return {
    command: (task, ...parts) => tryFor(patience, task, () => connection.command(...parts)),
    script: (name, task, keys, ...parameters) => {
      const parts = [String(keys.length), ...keys, ...parameters];
      return tryFor(patience, task, () => run(name, task, parts));
    },
  };
}
