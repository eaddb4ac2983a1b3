import type { ProviderMetadata } from "@millrace/parts";
import type { Answer } from "../shared/answer.ts";
import { ANY, leftoversOf, type UsedFields } from "../shared/leftovers.ts";
import { malformedEvent } from "../shared/stream-error.ts";
import { startTool, type ToolBlock } from "../shared/tool-block.ts";
import { inputText } from "../shared/tool-input.ts";
import { text, type Wire } from "../shared/wire.ts";
import type { OpenBlock } from "./open-block.ts";

/** A call whose input has stopped. */
export interface StoppedTool {
  tool: ToolBlock;
  about: { providerMetadata?: ProviderMetadata } | undefined;
}

const TOOL_FIELDS: UsedFields = new Map([
  ["type", ANY],
  ["id", "string"],
  ["name", "string"],
  ["input", ANY],
]);

const NO_INPUT = "{}"; // what stands in a start that deltas follow

/** Input may stand whole in the start: it counts if no deltas come. */
export function openToolUse(
  answer: Answer,
  block: Wire,
  stopped: (tool: StoppedTool) => void,
): OpenBlock {
  const wireId = text(block["id"]);
  const toolName = text(block["name"]);
  answer.hold(wireId.length + toolName.length);
  if (toolName === "") return openNameless(answer, wireId);

  const isOwn = block["type"] !== "tool_use"; // of the provider
  const about = leftoversOf(answer, block, TOOL_FIELDS);
  const tool = startTool(answer, { wireId, toolName, ...(isOwn && { providerExecuted: true }) });

  return {
    id: tool.id,
    delta(delta, type) {
      if (type !== "input_json_delta") return false;
      tool.delta(text(delta["partial_json"]));
      return true;
    },
    stop() {
      if (tool.inputLength === 0) {
        const input = inputText(block["input"]);
        if (input !== NO_INPUT) tool.delta(input);
      }
      stopped({ tool, about });
    },
  };
}

/** Nobody can answer a call without the name of its tool; what came of it is told of. */
function openNameless({ hold, fail }: Answer, id: string): OpenBlock {
  const pieces: string[] = [];
  return {
    id: undefined,
    delta(delta, type) {
      if (type !== "input_json_delta") return false;
      const piece = text(delta["partial_json"]);
      hold(piece.length);
      pieces.push(piece);
      return true;
    },
    stop() {
      const input = pieces.join("");
      if (id + input === "") return;
      fail(malformedEvent("A tool call came without the name of its tool", { id, input }));
    },
  };
}
