import type { Prompt } from "@millrace/providers";
import { z } from "zod";
import { jsonObject } from "./json.ts";
import { known } from "./known.ts";
import { messagesOf, uiMessage } from "./ui-messages.ts";

const LONGEST_ID = 256;
const LONE_SURROGATE = /\p{Surrogate}/u; // no stream has such a name

/** What `DefaultChatTransport` sends, with what an application may say beside it in its `body`. */
export const uiChatRequest = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(LONGEST_ID)
    .refine((id) => !LONE_SURROGATE.test(id), "half a character"),
  messages: z.array(uiMessage).min(1),
  trigger: z.enum(["submit-message", "regenerate-message"]).optional(),
  messageId: z.string().nullish(),
  model: z.string().min(1).optional(),
  system: z.string().optional(),
  tools: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        description: z.string().optional(),
        inputSchema: jsonObject.optional(),
      }),
    )
    .optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.int().positive().optional(),
});

export type UiChatRequest = z.infer<typeof uiChatRequest>;

export function promptOf(request: UiChatRequest): Prompt {
  const { system, messages, tools } = request;
  return {
    messages: [
      ...(system === undefined ? [] : [{ role: "system", content: system } as const]),
      ...messages.flatMap(messagesOf),
    ],
    ...known({
      tools: tools?.map(({ name, ...about }) => ({ name, ...known(about) })),
      temperature: request.temperature,
      maxOutputTokens: request.max_tokens,
    }),
  };
}

/** A client that sends results back goes on with its own message; else the answer is a new one. */
export function answerIdOf({ messages }: UiChatRequest): string {
  const last = messages.at(-1);
  return (last?.role === "assistant" ? last.id : undefined) ?? crypto.randomUUID();
}
