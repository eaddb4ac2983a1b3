import type {
  AssistantMessage,
  Message,
  ReasoningContent,
  TextContent,
  ToolResultContent,
  UserMessage,
} from "@millrace/providers";
import { z } from "zod";
import { fileAt, fileUrl } from "./file-content.ts";
import { jsonObject, jsonValue } from "./json.ts";

const PROVIDER = "anthropic"; // who signs thoughts in this format

/** It changes what an answer costs, and nothing of it. */
const cache = { cache_control: jsonValue.optional() };

export const textBlock = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  citations: jsonValue.optional(),
  ...cache,
});

const source = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("base64"), media_type: z.string(), data: z.string() }),
  z.strictObject({ type: z.literal("url"), url: fileUrl }),
  z.strictObject({
    type: z.literal("text"),
    media_type: z.literal("text/plain"),
    data: z.string(),
  }),
]);

const document = z.strictObject({
  type: z.literal("document"),
  source,
  title: z.string().nullish(),
  ...cache,
});

const userBlock = z.discriminatedUnion("type", [
  textBlock,
  z.strictObject({ type: z.literal("image"), source, ...cache }),
  document,
  z.strictObject({
    type: z.literal("tool_result"),
    tool_use_id: z.string(),
    content: z.union([z.string(), z.array(textBlock)]).optional(),
    is_error: z.boolean().nullish(),
    ...cache,
  }),
]);

const assistantBlock = z.discriminatedUnion("type", [
  textBlock,
  z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
  z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() }),
  z.strictObject({
    type: z.literal("tool_use"),
    id: z.string(),
    name: z.string(),
    input: jsonObject,
    caller: jsonValue.optional(),
    ...cache,
  }),
]);

/** What one side says. */
export const turn = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: z.union([z.string(), z.array(textBlock)]) }),
  z.strictObject({ role: z.literal("user"), content: z.union([z.string(), z.array(userBlock)]) }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.union([z.string(), z.array(assistantBlock)]),
  }),
]);

type UserBlock = z.infer<typeof userBlock>;
type UserContent = Exclude<UserMessage["content"], string>[number];
type AssistantContent = Exclude<AssistantMessage["content"], string>[number];

/** Results of calls are messages of their own in a prompt, in the order in which they stand. */
export function messagesOf({ role, content }: z.infer<typeof turn>): Message[] {
  if (typeof content === "string") return [{ role, content }];
  switch (role) {
    case "system":
      return [{ role, content: content.map(({ text }) => text).join("") }];
    case "assistant":
      return [{ role, content: content.map(assistantContentOf) }];
    case "user":
      return userMessagesOf(content);
  }
}

function userMessagesOf(blocks: readonly UserBlock[]): Message[] {
  const messages: Message[] = [];
  let results: ToolResultContent[] | undefined; // of the last message, if it has such
  let content: UserContent[] | undefined; // of the last message, if it has none
  for (const block of blocks) {
    if (block.type === "tool_result") {
      if (results === undefined) messages.push({ role: "tool", content: (results = []) });
      results.push(resultOf(block));
      content = undefined;
    } else {
      if (content === undefined) messages.push({ role: "user", content: (content = []) });
      content.push(userContentOf(block));
      results = undefined;
    }
  }
  return messages;
}

function resultOf(block: UserBlock & { type: "tool_result" }): ToolResultContent {
  const { tool_use_id: toolCallId, content = "", is_error } = block;
  const result = typeof content === "string" ? content : content.map(({ text }) => text).join("");
  return { type: "tool-result", toolCallId, result, ...(is_error === true && { isError: true }) };
}

function userContentOf(block: Exclude<UserBlock, { type: "tool_result" }>): UserContent {
  if (block.type === "text") return { type: "text", text: block.text };
  const { type, source } = block;
  if (source.type === "text") return { type: "text", text: source.data };
  const title = type === "document" ? (block.title ?? undefined) : undefined;
  return source.type === "url"
    ? fileAt(source.url, type === "image" ? "image/*" : "application/pdf", title)
    : fileAt(`data:${source.media_type};base64,${source.data}`, source.media_type, title);
}

function assistantContentOf(block: z.infer<typeof assistantBlock>): AssistantContent {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text } satisfies TextContent;
    case "tool_use": {
      const { id: toolCallId, name: toolName, input } = block;
      return { type: "tool-call", toolCallId, toolName, input };
    }
    case "redacted_thinking":
      return { type: "reasoning", text: "", encrypted: block.data, provider: PROVIDER };
    case "thinking":
      return thoughtOf(block.thinking, block.signature);
  }
}

/** A thought of another provider has no signature, and is sent to any that takes such. */
function thoughtOf(text: string, signature: string): ReasoningContent {
  return signature === ""
    ? { type: "reasoning", text }
    : { type: "reasoning", text, signature, provider: PROVIDER };
}
