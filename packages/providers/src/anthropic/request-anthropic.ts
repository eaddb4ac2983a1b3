import type { FileContent, Message, Prompt, Tool } from "../prompt.ts";
import {
  contentOf,
  inputObject,
  isBlank,
  isImage,
  resultWords,
  unsupported,
} from "../shared/request/content.ts";
import { filled } from "../shared/request/filled.ts";
import { toolChoiceOf } from "../shared/request/tool-choice.ts";
import { toolIds } from "../shared/request/tool-ids.ts";
import { toolSchema } from "../shared/request/tool-schema.ts";
import { systemText, trimPrefill, turnsOf } from "../shared/request/turns.ts";
import { known } from "../shared/wire.ts";

const DEFAULT_MAX_TOKENS = 4_096; // the format demands a limit
const ID = /^[a-zA-Z0-9_-]+$/;

/** The body of a messages request. */
export function anthropicBody(
  prompt: Prompt,
  { name, model }: { name: string; model: string },
): object {
  const { messages, tools, maxOutputTokens = DEFAULT_MAX_TOKENS } = prompt;
  const wireId = toolIds(ID);
  const turns = turnsOf(messages, ROLES, (message) => wireContent(message, name, wireId));
  trimPrefill(turns);
  return known({
    model,
    max_tokens: maxOutputTokens,
    stream: true,
    system: systemText(messages),
    messages: turns,
    tools: filled(tools)?.map(wireTool),
    tool_choice: wireToolChoice(toolChoiceOf(prompt)),
    temperature: prompt.temperature,
    top_p: prompt.topP,
    stop_sequences: filled(prompt.stop),
  });
}

const ROLES = { user: "user", assistant: "assistant" };

type Block = Record<string, unknown>;

function wireContent(
  message: Exclude<Message, { role: "system" }>,
  name: string,
  wireId: (id: string) => string,
): Block[] {
  if (message.role === "tool") {
    return message.content.map((result) => ({
      type: "tool_result",
      tool_use_id: wireId(result.toolCallId),
      content: resultWords(result),
      ...(result.isError === true && { is_error: true }),
    }));
  }
  const content = message.role === "user" ? contentOf(message) : contentOf(message);
  return content.flatMap((piece): Block[] => {
    switch (piece.type) {
      case "text":
        return isBlank(piece.text) ? [] : [{ type: "text", text: piece.text }];
      case "file":
        return [wireFile(piece, name)];
      case "tool-call":
        return [
          {
            type: "tool_use",
            id: wireId(piece.toolCallId),
            name: piece.toolName,
            input: inputObject(piece),
          },
        ];
      case "reasoning": {
        const { text, signature, encrypted, provider = name } = piece;
        if (provider !== name) return [];
        if (encrypted !== undefined) return [{ type: "redacted_thinking", data: encrypted }];
        // Without its proof it would be refused.
        return signature === undefined ? [] : [{ type: "thinking", thinking: text, signature }];
      }
    }
  });
}

function wireFile(file: FileContent, name: string): Block {
  const { mediaType, data, filename } = file;
  const source =
    data.type === "url"
      ? { type: "url", url: data.url }
      : { type: "base64", media_type: mediaType, data: data.data };
  if (isImage(file)) return { type: "image", source };
  if (mediaType !== "application/pdf") throw unsupported(name, `a file of ${mediaType}`);
  return { type: "document", source, ...known({ title: filename }) };
}

function wireTool(tool: Tool): object {
  const { name, description, strict } = tool;
  return known({ name, description, input_schema: toolSchema(tool), strict });
}

function wireToolChoice(choice: Prompt["toolChoice"]): object | undefined {
  if (choice === undefined) return undefined;
  if (typeof choice === "object") return { type: "tool", name: choice.toolName };
  return { type: choice === "required" ? "any" : choice };
}
