import type { Answer } from "../shared/answer.ts";
import { startTool } from "../shared/tool-block.ts";
import { inputText } from "../shared/tool-input.ts";

/** Tools that the provider runs itself: told of again and again until the result is there. */
export interface ExecutedTools {
  push(place: string, name: string, input: unknown, result: unknown): void;
}

export function openExecutedTools(answer: Answer): ExecutedTools {
  const ids = new Map<string, string>(); // by place

  return {
    push(place, name, input, result) {
      const toolName = name || "tool";
      let id = ids.get(place);
      if (id === undefined) {
        answer.hold(place.length);
        const tool = startTool(answer, { wireId: "", toolName, providerExecuted: true });
        tool.delta(inputText(input));
        tool.end(true);
        id = tool.id;
        ids.set(place, id);
      }
      if (result !== undefined && result !== null) {
        answer.emit({ type: "tool-result", toolCallId: id, toolName, result });
      }
    },
  };
}
