import { filter, fuse } from "@millrace/core";
import type { Part, PartFields } from "@millrace/parts";
import type { Message, Prompt, Tool, ToolCallContent } from "@millrace/providers";
import { encodeOpenaiChat, openaiChatFormat } from "@millrace/providers/openai-chat";
import { z } from "zod";
import { readRequest } from "../request.ts";
import { encoderOptions } from "./encoder-options.ts";
import { fileAt, fileUrl } from "./file-content.ts";
import { jsonObject, jsonValue } from "./json.ts";
import { known } from "./known.ts";
import { wholeChat } from "./openai-chat-whole.ts";
import type { VendorApi } from "./vendor-api.ts";

const text = z.strictObject({ type: z.literal("text"), text: z.string() });
const texts = z.union([z.string(), z.array(text)]);
const name = z.string().nullish(); // of who speaks: no prompt has a place for it

const userContent = z.discriminatedUnion("type", [
  text,
  z.strictObject({
    type: z.literal("image_url"),
    image_url: z.strictObject({ url: fileUrl, detail: z.string().nullish() }),
  }),
  z.strictObject({
    type: z.literal("input_audio"),
    input_audio: z.strictObject({ data: z.string(), format: z.enum(["wav", "mp3"]) }),
  }),
  z.strictObject({
    type: z.literal("file"),
    file: z.strictObject({ file_data: fileUrl, filename: z.string().nullish() }),
  }),
]);

const call = z.strictObject({
  id: z.string(),
  type: z.literal("function"),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
  index: z.int().optional(), // some clients send their deltas back
});

const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.enum(["system", "developer"]), content: texts, name }),
  z.strictObject({
    role: z.literal("user"),
    content: z.union([z.string(), z.array(userContent)]),
    name,
  }),
  z.strictObject({
    role: z.literal("assistant"),
    content: texts.nullish(),
    refusal: z.string().nullish(),
    reasoning_content: z.string().nullish(),
    tool_calls: z.array(call).nullish(),
    // What answers have beside it, and clients send back.
    annotations: jsonValue.optional(),
    reasoning_details: jsonValue.optional(),
    audio: z.null().optional(),
    function_call: z.null().optional(),
    name,
  }),
  z.strictObject({ role: z.literal("tool"), tool_call_id: z.string(), content: texts, name }),
]);

const tool = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: jsonObject.nullish(),
    strict: z.boolean().nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(["auto", "none", "required"]),
  z.strictObject({
    type: z.literal("function"),
    function: z.strictObject({ name: z.string().min(1) }),
  }),
]);

/** Settings that only this format has: for upstreams that speak it. */
const passedOn = {
  frequency_penalty: z.number().nullish(),
  logit_bias: jsonObject.nullish(),
  logprobs: z.boolean().nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  presence_penalty: z.number().nullish(),
  reasoning_effort: z.string().nullish(),
  response_format: jsonObject.nullish(),
  seed: z.int().nullish(),
  top_logprobs: z.int().nullish(),
  verbosity: z.string().nullish(),
};

/** What changes nothing of the answer. It goes no further: it would be said in the service's name. */
const withoutEffect = {
  metadata: jsonValue.optional(),
  prompt_cache_key: jsonValue.optional(),
  safety_identifier: jsonValue.optional(),
  service_tier: jsonValue.optional(),
  store: jsonValue.optional(),
  user: jsonValue.optional(),
};

const chatRequest = z.strictObject({
  model: z.string().min(1).optional(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().nullish(),
      include_obfuscation: z.boolean().nullish(),
    })
    .nullish(),
  n: z.literal(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  ...passedOn,
  ...withoutEffect,
});

const settings = z.object(passedOn);

type ChatRequest = z.infer<typeof chatRequest>;
type ChatMessage = z.infer<typeof message>;

/** OpenAI's chat completions. */
export const openaiChatApi: VendorApi = {
  wire: "openai-chat",
  format: openaiChatFormat,
  whole: wholeChat,
  read(body) {
    const request = readRequest(chatRequest, body);
    const stream = request.stream ?? false;
    const includeUsage = !stream || request.stream_options?.include_usage === true;
    return {
      prompt: promptOf(request),
      model: request.model,
      stream,
      encode: () =>
        fuse(
          filter(isFirstChoice),
          encodeOpenaiChat({ ...encoderOptions("chatcmpl-"), includeUsage }),
        ),
    };
  },
};

/** Some upstreams give several answers, whatever is asked. */
function isFirstChoice(part: Part): boolean {
  return ((part as PartFields).choice ?? 0) === 0;
}

function promptOf(request: ChatRequest): Prompt {
  const { messages, tools, tool_choice, stop } = request;
  return {
    messages: messages.map(messageOf),
    ...known({
      tools: tools?.map(toolOf),
      toolChoice:
        typeof tool_choice === "object" && tool_choice !== null
          ? { toolName: tool_choice.function.name }
          : tool_choice,
      temperature: request.temperature,
      topP: request.top_p,
      maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
      stop: typeof stop === "string" ? [stop] : stop,
    }),
    body: known(settings.parse(request)),
  };
}

function messageOf(message: ChatMessage): Message {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: textOf(message.content) };
    case "user": {
      const { content } = message;
      return {
        role: "user",
        content: typeof content === "string" ? content : content.map(userContentOf),
      };
    }
    case "assistant": {
      const said = textOf(message.content) || (message.refusal ?? "");
      const thought = message.reasoning_content ?? "";
      return {
        role: "assistant",
        content: [
          ...(thought === "" ? [] : [{ type: "reasoning", text: thought } as const]),
          ...(said === "" ? [] : [{ type: "text", text: said } as const]),
          ...(message.tool_calls ?? []).map(callOf),
        ],
      };
    }
    case "tool":
      return {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: message.tool_call_id,
            result: textOf(message.content),
          },
        ],
      };
  }
}

function textOf(content: z.infer<typeof texts> | null | undefined): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text }) => text).join("");
}

function userContentOf(content: z.infer<typeof userContent>) {
  switch (content.type) {
    case "text":
      return content;
    case "image_url":
      return fileAt(content.image_url.url, "image/*");
    case "input_audio": {
      const { data, format } = content.input_audio;
      return fileAt(`data:audio/${format};base64,${data}`, "audio/*");
    }
    case "file": {
      const { file_data, filename } = content.file;
      return fileAt(file_data, "application/pdf", filename ?? undefined);
    }
  }
}

function callOf({ id, function: { name, arguments: input } }: z.infer<typeof call>) {
  return { type: "tool-call", toolCallId: id, toolName: name, input } satisfies ToolCallContent;
}

function toolOf({
  function: { name, description, parameters, strict },
}: z.infer<typeof tool>): Tool {
  return { name, ...known({ description, inputSchema: parameters, strict }) };
}
