import type { FileContent, Message, Prompt, Tool } from "../prompt.ts";
import {
  answerOf,
  callsOf,
  contentOf,
  fileUrl,
  inputText,
  isImage,
  reasoningOf,
  resultText,
  textOf,
  unsupported,
} from "../shared/request/content.ts";
import { filled } from "../shared/request/filled.ts";
import { toolChoiceOf } from "../shared/request/tool-choice.ts";
import { toolIds } from "../shared/request/tool-ids.ts";
import { toolSchema } from "../shared/request/tool-schema.ts";
import { known } from "../shared/wire.ts";

/** What speakers of the format expect differently in a request. */
export interface ChatDialect {
  /** The field of the limit. Default `max_tokens`, which OpenAI itself has given up. */
  maxTokens?: "max_tokens" | "max_completion_tokens";
  /** Whether it has to be asked for the usage. Default `true`. */
  askForUsage?: boolean;
  /** The field under which a message has its reasoning. Default: reasoning is not sent back. */
  reasoning?: "reasoning_content" | "reasoning";
  /** The word for `required`. */
  required?: "required" | "any";
  /** Ids of calls that it accepts. */
  toolIds?: RegExp;
  /** How it has files that are no images. Default: as OpenAI does. `name` is that of the provider. */
  file?: (file: FileContent, name: string) => object;
  /** A last message of the model's own is gone on with, if these fields are added. */
  prefill?: { message?: object; body?: object };
}

interface Asked {
  name: string;
  model: string;
  dialect: ChatDialect;
}

type WireMessage = Record<string, unknown>;

const ANY_ID = /^[^:]{1,40}$/; // OpenAI takes no longer one; a colon is `joinHops`'s

/** The body of a chat completions request. */
export function chatBody(prompt: Prompt, { name, model, dialect }: Asked): object {
  const { messages, tools, temperature, topP, maxOutputTokens, stop } = prompt;
  const { maxTokens = "max_tokens", askForUsage = true, prefill } = dialect;
  const wireMessages = chatMessages(messages, name, dialect);
  const last = wireMessages.at(-1);
  const isPrefilled = prefill !== undefined && last?.["role"] === "assistant";
  if (isPrefilled) Object.assign(last, prefill.message);
  return {
    ...known({
      model,
      messages: wireMessages,
      stream: true,
      stream_options: askForUsage ? { include_usage: true } : undefined,
      tools: filled(tools)?.map(wireTool),
      tool_choice: wireToolChoice(toolChoiceOf(prompt), dialect),
      temperature,
      top_p: topP,
      [maxTokens]: maxOutputTokens,
      stop: filled(stop),
    }),
    ...(isPrefilled && prefill.body),
  };
}

/** An answer that says nothing is left out: Mistral, Moonshot and others refuse it, and all that is sent with it. */
export function chatMessages(
  messages: readonly Message[],
  name: string,
  dialect: ChatDialect,
): WireMessage[] {
  const wireId = toolIds(dialect.toolIds ?? ANY_ID);
  return messages.flatMap((message): WireMessage[] => {
    switch (message.role) {
      case "system":
        return [{ ...message }];
      case "user":
        return [{ role: "user", content: userContent(message, name, dialect) }];
      case "assistant": {
        const content = answerOf(message, name);
        const calls = callsOf(content).map((call) => ({
          id: wireId(call.toolCallId),
          type: "function",
          function: { name: call.toolName, arguments: inputText(call) },
          ...known({ extra_content: call.providerMetadata?.[name]?.["extra_content"] }),
        }));
        const said = textOf(content);
        if (said === "" && calls.length === 0) return [];
        const thoughts = reasoningOf(content, name).map(({ text }) => text);
        return [
          {
            role: "assistant",
            content: said || null,
            ...(calls.length > 0 && { tool_calls: calls }),
            ...(dialect.reasoning !== undefined &&
              thoughts.length > 0 && { [dialect.reasoning]: thoughts.join("") }),
          },
        ];
      }
      case "tool":
        return message.content.map((result) => ({
          role: "tool",
          tool_call_id: wireId(result.toolCallId),
          content: resultText(result),
        }));
    }
  });
}

function userContent(
  message: Message & { role: "user" },
  name: string,
  { file = wireFile }: ChatDialect,
): string | object[] {
  const content = contentOf(message);
  if (content.every(({ type }) => type === "text")) return textOf(content);
  return content.map((piece) => {
    if (piece.type === "text") return { type: "text", text: piece.text };
    if (!isImage(piece)) return file(piece, name);
    return { type: "image_url", image_url: { url: fileUrl(piece) } };
  });
}

function wireFile(file: FileContent, name: string): object {
  const { mediaType, data, filename = "file" } = file;
  if (data.type === "url") throw unsupported(name, `a file of ${mediaType} behind a URL`);
  const format = AUDIO.get(mediaType);
  if (format !== undefined) {
    return { type: "input_audio", input_audio: { data: data.data, format } };
  }
  return { type: "file", file: { filename, file_data: fileUrl(file) } };
}

const AUDIO = new Map([
  ["audio/wav", "wav"],
  ["audio/x-wav", "wav"],
  ["audio/mpeg", "mp3"],
  ["audio/mp3", "mp3"],
]);

export function wireTool(tool: Tool): object {
  const { name, description, strict } = tool;
  const parameters = toolSchema(tool);
  return { type: "function", function: known({ name, description, parameters, strict }) };
}

function wireToolChoice(
  choice: Prompt["toolChoice"],
  { required = "required" }: ChatDialect,
): unknown {
  if (choice === "required") return required;
  if (typeof choice !== "object") return choice;
  return { type: "function", function: { name: choice.toolName } };
}
