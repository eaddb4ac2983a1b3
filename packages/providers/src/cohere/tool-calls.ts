import type { Answer } from "../shared/answer.ts";
import { malformedEvent } from "../shared/stream-error.ts";
import { startTool, type ToolBlock } from "../shared/tool-block.ts";
import { inputText } from "../shared/tool-input.ts";
import { fields, list, text, type Wire } from "../shared/wire.ts";

/** The calls of an answer, by their index, which is not that of its content. */
export interface Calls {
  readonly count: number;
  start(index: number, toolCall: unknown): void;
  delta(index: number, toolCall: unknown): void;
  end(index: number): void;
  /** `whole`: the provider says that nothing is missing. */
  endAll(whole: boolean): void;
}

export function openCalls(answer: Answer): Calls {
  const open = new Map<number, ToolBlock>();
  let count = 0;

  function end(index: number, whole: boolean): void {
    open.get(index)?.end(whole);
    open.delete(index);
  }

  return {
    get count() {
      return count;
    },
    start(index, item) {
      const call = first(item);
      const { name, arguments: input } = fields(call["function"]);
      const toolName = text(name);
      if (toolName === "") {
        answer.fail(malformedEvent("A tool call came without the name of its tool", item));
        return;
      }
      end(index, true);
      count++;
      const wireId = text(call["id"]);
      answer.hold(wireId.length + 1);
      const tool = startTool(answer, { wireId, toolName });
      open.set(index, tool);
      tool.delta(inputText(input));
    },
    delta(index, item) {
      const { arguments: input } = fields(first(item)["function"]);
      const tool = open.get(index);
      if (tool !== undefined) tool.delta(inputText(input));
      else answer.fail(malformedEvent("A piece came of a tool call that is not open", item));
    },
    end(index) {
      end(index, true);
    },
    endAll(whole) {
      for (const index of open.keys()) end(index, whole);
    },
  };
}

/** The format has an object where one expects a list. */
function first(item: unknown): Wire {
  return fields(list(item)[0]);
}
