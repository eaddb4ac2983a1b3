import { stage, type Machine, type Stage } from "@millrace/core";
import { text, type FinishReason, type Part } from "@millrace/parts";
import { answerEvents, LAST_ID, type Done, type ServiceEvent } from "./answer-events.ts";

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

/** The parts of several answers, each under its key, as the events of each. */
export function answersByKey(
  keys: readonly string[],
): Stage<[string, Part], [string, ServiceEvent]> {
  return stage((emit, end) => {
    const live = new Map<string, Machine<Part>>();
    for (const key of keys) {
      const events = answerEvents(text(), (content) => ({ content }));
      const give = (event: ServiceEvent) => {
        emit([key, event]);
      };
      live.set(
        key,
        events.start(give, () => live.delete(key)),
      );
    }

    return {
      push([key, part]) {
        live.get(key)?.push(part);
      },
      fail(reason) {
        for (const machine of live.values()) machine.fail?.(reason);
        end();
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
