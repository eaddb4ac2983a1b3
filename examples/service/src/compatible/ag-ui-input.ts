import type { AssistantMessage, Message, Prompt, Tool, UserMessage } from "@millrace/providers";
import { z } from "zod";
import { fileAt, fileUrl } from "./file-content.ts";
import { jsonObject, jsonValue } from "./json.ts";
import { known } from "./known.ts";

// Messages are what the client remembers of a run: newer clients remember more, which says nothing to
// a model, so unknown fields are no mistake here.

const source = z.discriminatedUnion("type", [
  z.object({ type: z.literal("data"), value: z.string(), mimeType: z.string() }),
  z.object({ type: z.literal("url"), value: fileUrl, mimeType: z.string().optional() }),
]);

const userContent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal(["image", "audio", "video", "document"]), source }),
]);

const call = z.object({
  id: z.string(),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const message = z.discriminatedUnion("role", [
  z.object({ role: z.literal(["system", "developer"]), content: z.string() }),
  z.object({
    role: z.literal("user"),
    content: z.union([z.string(), z.array(userContent)]),
  }),
  z.object({
    role: z.literal("assistant"),
    content: z.string().nullish(),
    toolCalls: z.array(call).nullish(),
  }),
  z.object({
    role: z.literal("tool"),
    toolCallId: z.string(),
    content: z.string(),
    error: z.string().nullish(),
  }),
  z.object({ role: z.literal(["activity", "reasoning"]) }), // are only shown
]);

const tool = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
});

/** What a client of AG-UI sends. Its state stays its own: this agent keeps none. */
export const runAgentInput = z.object({
  threadId: z.string().min(1),
  runId: z.string().min(1),
  protocolVersion: z.string().optional(),
  messages: z.array(message).min(1),
  tools: z.array(tool).default([]),
  context: z.array(z.object({ description: z.string(), value: z.string() })).default([]),
  state: jsonValue.optional(),
  forwardedProps: z.object({ model: z.string().min(1).optional() }).nullish(),
});

export type RunAgentInput = z.infer<typeof runAgentInput>;
type AgUiMessage = z.infer<typeof message>;
type UserContent = Exclude<UserMessage["content"], string>[number];
type AssistantContent = Exclude<AssistantMessage["content"], string>[number];

export function promptOf({ messages, tools, context }: RunAgentInput): Prompt {
  const facts = context.map(({ description, value }) => `${description}: ${value}`);
  const known: Message[] = facts.length > 0 ? [{ role: "system", content: facts.join("\n") }] : [];
  return {
    messages: [...known, ...messages.flatMap(messagesOf)],
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
  };
}

function toolOf({ name, description, parameters }: RunAgentInput["tools"][number]): Tool {
  return { name, ...known({ description, inputSchema: parameters }) };
}

function messagesOf(message: AgUiMessage): Message[] {
  switch (message.role) {
    case "system":
    case "developer":
      return [{ role: "system", content: message.content }];
    case "user": {
      const { role, content } = message;
      return [
        { role, content: typeof content === "string" ? content : content.map(userContentOf) },
      ];
    }
    case "assistant":
      return assistantMessages(message);
    case "tool": {
      const { role, toolCallId, content, error } = message;
      const failed = error ? { result: error, isError: true } : { result: content };
      return [{ role, content: [{ type: "tool-result", toolCallId, ...failed }] }];
    }
    default:
      return [];
  }
}

function assistantMessages({ content, toolCalls }: AgUiMessage & { role: "assistant" }): Message[] {
  const said: AssistantContent[] = [
    ...(content ? [{ type: "text", text: content } as const] : []),
    ...(toolCalls ?? []).map(
      ({ id, function: { name, arguments: input } }) =>
        ({ type: "tool-call", toolCallId: id, toolName: name, input }) as const,
    ),
  ];
  return said.length > 0 ? [{ role: "assistant", content: said }] : [];
}

function userContentOf(content: z.infer<typeof userContent>): UserContent {
  if (content.type === "text") return { type: "text", text: content.text };
  const { source, type } = content;
  if (source.type === "data") {
    return fileAt(`data:${source.mimeType};base64,${source.value}`, source.mimeType);
  }
  const unknown = type === "document" ? "application/pdf" : `${type}/*`;
  return fileAt(source.value, source.mimeType ?? unknown);
}
