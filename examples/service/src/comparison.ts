import { stage, type Stage } from "@millrace/core";
import type { FinishReason } from "@millrace/parts";
import { LAST_ID, type Done, type ServiceEvent } from "./answer-events.ts";

const NOTHING: Done["usage"] = { inputTokens: {}, outputTokens: {} };

/**
 * The events of several answers side by side: each with the key of its answer, also the one that ends
 * it; then one that ends them all, with the tokens of all together.
 *
 * - **In / Out:** `[key, event]`; events. An answer that fails has an event `error` of its own, and
 *   the others go on.
 */
export function comparison(): Stage<[string, ServiceEvent], ServiceEvent> {
  return stage((emit) => {
    let finishReason: FinishReason = "stop";
    let usage = NOTHING;

    return {
      push([key, { type, data }]) {
        emit({ ...(type !== undefined && { type }), data: { key, ...data } });
        if (!isDone(data)) return;
        if (data.finishReason !== "stop") ({ finishReason } = data);
        usage = {
          inputTokens: sum(usage.inputTokens, data.usage.inputTokens),
          outputTokens: sum(usage.outputTokens, data.usage.outputTokens),
        };
      },
      flush() {
        emit({ id: LAST_ID, data: { done: true, finishReason, usage } satisfies Done });
      },
    };
  });
}

function isDone(data: object): data is Done {
  return "done" in data;
}

function sum(a: { total?: number }, b: { total?: number }): { total?: number } {
  const total = (a.total ?? 0) + (b.total ?? 0);
  return a.total === undefined && b.total === undefined ? {} : { total };
}
