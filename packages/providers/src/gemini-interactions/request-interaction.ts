import type { FileContent, Message, Prompt, Tool, ToolResultContent } from "../prompt.ts";
import { contentOf, inputObject } from "../shared/request/content.ts";
import { filled } from "../shared/request/filled.ts";
import { toolChoiceOf } from "../shared/request/tool-choice.ts";
import { toolSchema } from "../shared/request/tool-schema.ts";
import { systemText } from "../shared/request/turns.ts";
import { known } from "../shared/wire.ts";

type Step = Record<string, unknown>;

/** The body of a request for an interaction. */
export function interactionBody(
  prompt: Prompt,
  { name, model }: { name: string; model: string },
): object {
  const { messages, tools, temperature, topP, maxOutputTokens, stop } = prompt;
  const generationConfig = known({
    temperature,
    top_p: topP,
    max_output_tokens: maxOutputTokens,
    stop_sequences: filled(stop),
    tool_choice: wireToolChoice(toolChoiceOf(prompt)),
  });
  return known({
    model,
    stream: true,
    system_instruction: systemText(messages),
    input: messages.flatMap((message) => steps(message, name)),
    tools: filled(tools)?.map(wireTool),
    generation_config: Object.keys(generationConfig).length > 0 ? generationConfig : undefined,
  });
}

/** A message as the steps that made it, in their order. */
function steps(message: Message, name: string): Step[] {
  switch (message.role) {
    case "system":
      return []; // has a place of its own
    case "tool":
      return message.content.map(wireResult);
    case "user": {
      const content = contentOf(message).flatMap(wireContent);
      return content.length === 0 ? [] : [{ type: "user_input", content }];
    }
    case "assistant":
      return assistantSteps(message, name);
  }
}

function assistantSteps(message: Message & { role: "assistant" }, name: string): Step[] {
  const all: Step[] = [];
  let output: Step[] | undefined; // the content of the step that is open

  for (const piece of contentOf(message)) {
    if (piece.type === "text" || piece.type === "file") {
      const content = wireContent(piece);
      if (output === undefined && content.length > 0) {
        output = [];
        all.push({ type: "model_output", content: output });
      }
      output?.push(...content);
      continue;
    }
    output = undefined;
    if (piece.type === "tool-call") {
      const { toolCallId: id, toolName, providerMetadata } = piece;
      const signature = providerMetadata?.[name]?.["signature"];
      const call = { type: "function_call", id, name: toolName, arguments: inputObject(piece) };
      all.push({ ...call, ...known({ signature }) });
    } else {
      const { text, signature, provider = name } = piece;
      if (provider !== name || signature === undefined) continue;
      const summary = text === "" ? undefined : [{ type: "text", text }];
      all.push({ type: "thought", ...known({ summary, signature }) });
    }
  }
  return all;
}

function wireContent(piece: FileContent | { type: "text"; text: string }): Step[] {
  if (piece.type === "file") return [wireFile(piece)];
  return piece.text === "" ? [] : [{ type: "text", text: piece.text }];
}

function wireFile({ mediaType, data }: FileContent): Step {
  const [kind = ""] = mediaType.split("/", 1);
  const type = MEDIA.has(kind) ? kind : "document";
  const source = data.type === "url" ? { uri: data.url } : { data: data.data };
  // One behind a URL may be of any kind.
  return { type, ...source, ...(!mediaType.endsWith("/*") && { mime_type: mediaType }) };
}

const MEDIA: ReadonlySet<string> = new Set(["image", "audio", "video"]);

function wireResult({ toolCallId, toolName, result, isError }: ToolResultContent): Step {
  const isObject = typeof result === "object" && result !== null && !Array.isArray(result);
  return {
    type: "function_result",
    call_id: toolCallId,
    ...known({ name: toolName }),
    result: isObject || typeof result === "string" ? result : JSON.stringify(result ?? null),
    ...(isError === true && { is_error: true }),
  };
}

function wireTool(tool: Tool): object {
  const { name, description } = tool;
  return { type: "function", ...known({ name, description }), parameters: toolSchema(tool) };
}

function wireToolChoice(choice: Prompt["toolChoice"]): unknown {
  if (choice === "required") return "any";
  if (typeof choice !== "object") return choice;
  return { allowed_tools: { mode: "any", tools: [choice.toolName] } };
}
