import type { FileContent, Message, Prompt, Tool, ToolResultContent } from "../prompt.ts";
import { contentOf, inputObject, isImage, unsupported } from "../shared/request/content.ts";
import { layOver } from "../shared/request/lay-over.ts";
import { toolIds } from "../shared/request/tool-ids.ts";
import { toolSchema } from "../shared/request/tool-schema.ts";
import { systemText, turnsOf } from "../shared/request/turns.ts";
import { known } from "../shared/wire.ts";

const ID = /^[a-zA-Z0-9_-]{1,64}$/;

type Block = Record<string, unknown>;

/** The body of a Converse request. */
export function converseBody(prompt: Prompt, name: string): object {
  const { messages, tools, toolChoice, temperature, topP, maxOutputTokens, stop } = prompt;
  const system = systemText(messages);
  const wireId = toolIds(ID);
  const inferenceConfig = known({
    maxTokens: maxOutputTokens,
    temperature,
    topP,
    stopSequences: stop,
  });
  const body = known({
    system: system === undefined ? undefined : [{ text: system }],
    messages: turnsOf(messages, ROLES, (message) => wireContent(message, name, wireId)),
    toolConfig: tools && {
      tools: tools.map(wireTool),
      ...known({ toolChoice: wireToolChoice(toolChoice, name) }),
    },
    inferenceConfig: Object.keys(inferenceConfig).length > 0 ? inferenceConfig : undefined,
  });
  return layOver(body, prompt.body);
}

const ROLES = { user: "user", assistant: "assistant" };

function wireContent(
  message: Exclude<Message, { role: "system" }>,
  name: string,
  wireId: (id: string) => string,
): Block[] {
  if (message.role === "tool") {
    return message.content.map((result) => wireResult(result, wireId(result.toolCallId)));
  }
  const content = message.role === "user" ? contentOf(message) : contentOf(message);
  return content.flatMap((piece, index): Block[] => {
    switch (piece.type) {
      case "text":
        return piece.text === "" ? [] : [{ text: piece.text }];
      case "file":
        return [wireFile(piece, name, index)];
      case "tool-call": {
        const { toolCallId, toolName } = piece;
        const toolUseId = wireId(toolCallId);
        return [{ toolUse: { toolUseId, name: toolName, input: inputObject(piece) } }];
      }
      case "reasoning": {
        const { text, signature, encrypted, provider = name } = piece;
        if (provider !== name) return [];
        if (encrypted !== undefined) return [{ reasoningContent: { redactedContent: encrypted } }];
        return [{ reasoningContent: { reasoningText: { text, ...known({ signature }) } } }];
      }
    }
  });
}

function wireResult({ result, isError }: ToolResultContent, toolUseId: string): Block {
  const isObject = typeof result === "object" && result !== null && !Array.isArray(result);
  const content = isObject
    ? { json: result }
    : { text: typeof result === "string" ? result : JSON.stringify(result ?? null) };
  return {
    toolResult: { toolUseId, content: [content], ...(isError === true && { status: "error" }) },
  };
}

function wireFile(file: FileContent, name: string, index: number): Block {
  const { mediaType, data } = file;
  if (data.type === "url") throw unsupported(name, "files behind a URL");
  const source = { bytes: data.data };
  if (isImage(file)) {
    return { image: { format: mediaType.slice(mediaType.indexOf("/") + 1), source } };
  }
  const format = DOCUMENTS.get(mediaType);
  if (format === undefined) throw unsupported(name, `a file of ${mediaType}`);
  // Its name may have none but these characters, and none twice.
  return { document: { format, name: `document-${index}`, source } };
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
