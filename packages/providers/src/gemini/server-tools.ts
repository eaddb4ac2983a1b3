import type { ProviderMetadata } from "@millrace/parts";
import { emitCustom, type Answer } from "../shared/answer.ts";
import { startTool, type ToolBlock } from "../shared/tool-block.ts";
import { inputText } from "../shared/tool-input.ts";
import { fields, text } from "../shared/wire.ts";

/** Tools that Gemini runs itself, code above all: a call, then its result. */
export interface ServerTools {
  call(toolName: string, value: unknown, input: unknown, about?: ProviderMetadata): void;
  /** A result without an id is that of the latest call. */
  result(field: string, value: unknown, about?: ProviderMetadata): void;
}

const OUTCOME_OK = "OUTCOME_OK";

export function openServerTools(answer: Answer): ServerTools {
  const byId = new Map<string, ToolBlock>();
  const names = new Map<ToolBlock, string>();
  let latest: ToolBlock | undefined;

  return {
    call(toolName, value, input, about) {
      const wireId = text(fields(value)["id"]);
      answer.hold(wireId.length + toolName.length);
      latest = startTool(answer, { wireId, toolName, providerExecuted: true });
      latest.delta(inputText(input));
      latest.end(true, about && { providerMetadata: about });
      if (wireId !== "") byId.set(wireId, latest);
      names.set(latest, toolName);
    },
    result(field, value, about) {
      const { id, outcome } = fields(value);
      const tool = byId.get(text(id)) ?? latest;
      if (tool === undefined) {
        emitCustom(answer, field, value);
        return;
      }
      answer.emit({
        type: "tool-result",
        toolCallId: tool.id,
        toolName: names.get(tool)!,
        result: value,
        ...(outcome !== undefined && outcome !== OUTCOME_OK && { isError: true }),
        ...(about && { providerMetadata: about }),
      });
    },
  };
}
