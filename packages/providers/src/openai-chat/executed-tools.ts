import type { Answer } from "../shared/answer.ts";
import { inputText, judgeInput } from "../shared/tool-input.ts";

/** Tools that the provider runs itself: told of again and again until the result is there. */
export interface ExecutedTools {
  push(place: string, toolName: string, input: unknown, result: unknown): void;
}

export function openExecutedTools(answer: Answer): ExecutedTools {
  const ids = new Map<string, string>(); // by place
  const { emit } = answer;

  return {
    push(place, toolName, input, result) {
      let id = ids.get(place);
      if (id === undefined) {
        id = answer.ids.next("executed");
        answer.hold(place.length);
        ids.set(place, id);
        const delta = inputText(input);
        emit({ type: "tool-input-start", id, toolName, providerExecuted: true });
        if (delta !== "") emit({ type: "tool-input-delta", id, delta });
        emit({ type: "tool-input-end", id });
        emit({
          type: "tool-call",
          toolCallId: id,
          toolName,
          input: delta,
          inputState: judgeInput(delta, true),
          providerExecuted: true,
        });
      }
      if (result !== undefined && result !== null) {
        emit({ type: "tool-result", toolCallId: id, toolName, result });
      }
    },
  };
}
