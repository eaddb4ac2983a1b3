import type { Usage } from "@millrace/parts";
import { count, known, type Wire } from "../shared/wire.ts";

/** The counts in the last line; the server leaves out those that are zero. */
export function ollamaUsage(line: Wire): Usage {
  const input = count(line["prompt_eval_count"]);
  const output = count(line["eval_count"]);
  return {
    inputTokens: known({ total: input }),
    outputTokens: known({ total: output }),
    raw: known({ prompt_eval_count: input, eval_count: output }),
  };
}
