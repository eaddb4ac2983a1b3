import type { FileContent, Message, Prompt, Tool, ToolResultContent } from "../prompt.ts";
import {
  contentOf,
  inputObject,
  isBlank,
  isImage,
  resultWords,
  unsupported,
} from "../shared/request/content.ts";
import { filled } from "../shared/request/filled.ts";
import { toolIds } from "../shared/request/tool-ids.ts";
import { toolSchema } from "../shared/request/tool-schema.ts";
import { systemText, trimPrefill, turnsOf } from "../shared/request/turns.ts";
import { known } from "../shared/wire.ts";

const ID = /^[a-zA-Z0-9_-]{1,64}$/;

type Block = Record<string, unknown>;

/** The body of a Converse request. */
export function converseBody(prompt: Prompt, name: string): object {
  const { messages, tools, toolChoice, temperature, topP, maxOutputTokens, stop } = prompt;
  const system = systemText(messages);
  const wireId = toolIds(ID);
  let documents = 0;
  const nameDocument = (): string => `document-${++documents}`;
  const turns = turnsOf(messages, ROLES, (message) =>
    wireContent(message, { name, wireId, nameDocument }),
  );
  trimPrefill(turns);
  const inferenceConfig = known({
    maxTokens: maxOutputTokens,
    temperature,
    topP,
    stopSequences: filled(stop),
  });
  return known({
    system: system === undefined ? undefined : [{ text: system }],
    messages: turns,
    toolConfig: filled(tools) && {
      tools: tools?.map(wireTool),
      ...known({ toolChoice: wireToolChoice(toolChoice, name) }),
    },
    inferenceConfig: Object.keys(inferenceConfig).length > 0 ? inferenceConfig : undefined,
  });
}

const ROLES = { user: "user", assistant: "assistant" };

interface Names {
  /** Of the provider. */
  name: string;
  wireId: (id: string) => string;
  /** One that may have none but some characters, and that no other document of the prompt has. */
  nameDocument: () => string;
}

function wireContent(message: Exclude<Message, { role: "system" }>, names: Names): Block[] {
  const { name, wireId } = names;
  if (message.role === "tool") {
    return message.content.map((result) => wireResult(result, wireId(result.toolCallId)));
  }
  const content = message.role === "user" ? contentOf(message) : contentOf(message);
  return content.flatMap((piece): Block[] => {
    switch (piece.type) {
      case "text":
        return isBlank(piece.text) ? [] : [{ text: piece.text }];
      case "file":
        return [wireFile(piece, names)];
      case "tool-call": {
        const { toolCallId, toolName } = piece;
        const toolUseId = wireId(toolCallId);
        return [{ toolUse: { toolUseId, name: toolName, input: inputObject(piece) } }];
      }
      case "reasoning": {
        const { text, signature, encrypted, provider = name } = piece;
        if (provider !== name) return [];
        if (encrypted !== undefined) return [{ reasoningContent: { redactedContent: encrypted } }];
        // Without its proof it would be refused.
        if (signature === undefined) return [];
        return [{ reasoningContent: { reasoningText: { text, signature } } }];
      }
    }
  });
}

function wireResult({ result, isError }: ToolResultContent, toolUseId: string): Block {
  const isObject = typeof result === "object" && result !== null && !Array.isArray(result);
  const content = isObject ? { json: result } : { text: resultWords({ result }) };
  return {
    toolResult: { toolUseId, content: [content], ...(isError === true && { status: "error" }) },
  };
}

function wireFile(file: FileContent, { name, nameDocument }: Names): Block {
  const { mediaType, data } = file;
  if (data.type === "url") throw unsupported(name, "files behind a URL");
  const source = { bytes: data.data };
  if (isImage(file)) {
    return { image: { format: mediaType.slice(mediaType.indexOf("/") + 1), source } };
  }
  const format = DOCUMENTS.get(mediaType);
  if (format === undefined) throw unsupported(name, `a file of ${mediaType}`);
  return { document: { format, name: nameDocument(), source } };
}

const DOCUMENTS = new Map([
  ["application/pdf", "pdf"],
  ["text/plain", "txt"],
  ["text/markdown", "md"],
  ["text/html", "html"],
  ["text/csv", "csv"],
]);

function wireTool(tool: Tool): object {
  const { name, description } = tool;
  return { toolSpec: { ...known({ name, description }), inputSchema: { json: toolSchema(tool) } } };
}

function wireToolChoice(choice: Prompt["toolChoice"], name: string): object | undefined {
  if (choice === undefined) return undefined;
  if (choice === "none") throw unsupported(name, "the `toolChoice` none: leave out the tools");
  if (typeof choice === "object") return { tool: { name: choice.toolName } };
  return choice === "required" ? { any: {} } : { auto: {} };
}
