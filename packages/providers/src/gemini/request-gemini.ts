import type { FileContent, Message, Prompt, Tool, ToolResultContent } from "../prompt.ts";
import { contentOf, inputObject } from "../shared/request/content.ts";
import { filled } from "../shared/request/filled.ts";
import { toolChoiceOf } from "../shared/request/tool-choice.ts";
import { namesOfCalls, resultsInOrder } from "../shared/request/tool-names.ts";
import { toolSchema } from "../shared/request/tool-schema.ts";
import { systemText, turnsOf } from "../shared/request/turns.ts";
import { known } from "../shared/wire.ts";

type WirePart = Record<string, unknown>;

/** The body of a request for content. */
export function geminiBody(
  prompt: Prompt,
  { name, model }: { name: string; model: string },
): object {
  const { tools, temperature, topP, maxOutputTokens, stop } = prompt;
  const messages = resultsInOrder(prompt.messages);
  const system = systemText(messages);
  const toolNames = namesOfCalls(messages);
  const turns = turnsOf(messages, ROLES, (message) => wireParts(message, name, toolNames));
  if (WANTS_SIGNATURES.test(model)) for (const { content } of turns) excuse(content);
  const generationConfig = known({
    temperature,
    topP,
    maxOutputTokens,
    stopSequences: filled(stop),
  });
  return known({
    systemInstruction: system === undefined ? undefined : { parts: [{ text: system }] },
    contents: turns.map(({ role, content }) => ({ role, parts: content })),
    tools: filled(tools) && [{ functionDeclarations: tools?.map(wireTool) }],
    toolConfig: wireToolConfig(toolChoiceOf(prompt)),
    generationConfig: Object.keys(generationConfig).length > 0 ? generationConfig : undefined,
  });
}

const ROLES = { user: "user", assistant: "model" };
const WANTS_SIGNATURES = /gemini-(?:[3-9]|\d\d)/;

/**
 * Since Gemini 3 the first call of a turn has to have its signature. One that another model made, or that
 * was stored without it, has Google's word for that instead.
 */
function excuse(parts: WirePart[]): void {
  const first = parts.find(({ functionCall }) => functionCall !== undefined);
  if (first !== undefined) first["thoughtSignature"] ??= "skip_thought_signature_validator";
}

function wireParts(
  message: Exclude<Message, { role: "system" }>,
  name: string,
  toolNames: ReadonlyMap<string, string>,
): WirePart[] {
  if (message.role === "tool")
    return message.content.map((result) => wireResult(result, toolNames));
  const content = message.role === "user" ? contentOf(message) : contentOf(message);
  return content.flatMap((piece): WirePart[] => {
    const signed = known({
      thoughtSignature: piece.providerMetadata?.[name]?.["thoughtSignature"],
    });
    switch (piece.type) {
      case "text":
        return piece.text === "" && Object.keys(signed).length === 0
          ? []
          : [{ text: piece.text, ...signed }];
      case "file":
        return [{ ...wireFile(piece), ...signed }];
      case "tool-call":
        return [{ functionCall: { name: piece.toolName, args: inputObject(piece) }, ...signed }];
      case "reasoning": {
        const { text, signature: thoughtSignature, provider = name } = piece;
        if (provider !== name || thoughtSignature === undefined) return [];
        return [{ text, thought: true, thoughtSignature }];
      }
    }
  });
}

function wireResult(
  { toolCallId, toolName, result, isError }: ToolResultContent,
  toolNames: ReadonlyMap<string, string>,
): WirePart {
  const name = toolName ?? toolNames.get(toolCallId) ?? toolCallId;
  const output = result ?? null;
  const response = isError === true ? { error: output } : { output };
  return { functionResponse: { name, response } };
}

function wireFile({ mediaType, data }: FileContent): WirePart {
  return data.type === "url"
    ? { fileData: { mimeType: mediaType, fileUri: data.url } }
    : { inlineData: { mimeType: mediaType, data: data.data } };
}

function wireTool(tool: Tool): object {
  const { name, description } = tool;
  return known({ name, description, parametersJsonSchema: toolSchema(tool) });
}

function wireToolConfig(choice: Prompt["toolChoice"]): object | undefined {
  if (choice === undefined) return undefined;
  const functionCallingConfig =
    typeof choice === "object"
      ? { mode: "ANY", allowedFunctionNames: [choice.toolName] }
      : { mode: MODES[choice] };
  return { functionCallingConfig };
}

const MODES = { auto: "AUTO", none: "NONE", required: "ANY" };
