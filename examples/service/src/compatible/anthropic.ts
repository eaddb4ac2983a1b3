import type { Message, Prompt, Tool } from "@millrace/providers";
import { anthropicFormat, encodeAnthropic } from "@millrace/providers/anthropic";
import { z } from "zod";
import { readRequest } from "../request.ts";
import { messagesOf, textBlock, turn } from "./anthropic-blocks.ts";
import { wholeMessage } from "./anthropic-whole.ts";
import { encoderOptions } from "./encoder-options.ts";
import { jsonObject, jsonValue } from "./json.ts";
import { known } from "./known.ts";
import type { VendorApi } from "./vendor-api.ts";

const tool = z.strictObject({
  type: z.literal("custom").nullish(),
  name: z.string().min(1),
  description: z.string().nullish(),
  input_schema: jsonObject,
  strict: z.boolean().nullish(),
  cache_control: jsonValue.optional(),
});

const disableParallel = { disable_parallel_tool_use: z.literal(false).optional() };

const toolChoice = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal(["auto", "any"]), ...disableParallel }),
  z.strictObject({ type: z.literal("none") }),
  z.strictObject({ type: z.literal("tool"), name: z.string().min(1), ...disableParallel }),
]);

/** Settings that only this format has: for upstreams that speak it. */
const passedOn = {
  output_config: jsonObject.nullish(),
  thinking: jsonObject.nullish(),
  top_k: z.int().nullish(),
};

/** What changes nothing of the answer. It goes no further: it would be said in the service's name. */
const withoutEffect = {
  cache_control: jsonValue.optional(),
  metadata: jsonValue.optional(),
  service_tier: jsonValue.optional(),
};

const messagesRequest = z.strictObject({
  model: z.string().min(1).optional(),
  max_tokens: z.int().positive().optional(),
  messages: z.array(turn).min(1),
  system: z.union([z.string(), z.array(textBlock)]).nullish(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  ...passedOn,
  ...withoutEffect,
});

const settings = z.object(passedOn);

type MessagesRequest = z.infer<typeof messagesRequest>;

/** Anthropic's Messages. */
export const anthropicApi: VendorApi = {
  wire: "anthropic",
  format: anthropicFormat,
  whole: wholeMessage,
  read(body) {
    const request = readRequest(messagesRequest, body);
    return {
      prompt: promptOf(request),
      model: request.model,
      stream: request.stream ?? false,
      encode: () => encodeAnthropic(encoderOptions("msg_")),
    };
  },
};

function promptOf(request: MessagesRequest): Prompt {
  const { messages, system, tools, tool_choice } = request;
  return {
    messages: [...systemOf(system), ...messages.flatMap(messagesOf)],
    ...known({
      tools: tools?.map(toolOf),
      toolChoice: tool_choice && toolChoiceOf(tool_choice),
      temperature: request.temperature,
      topP: request.top_p,
      maxOutputTokens: request.max_tokens,
      stop: request.stop_sequences,
    }),
    body: settingsOf(request),
  };
}

function systemOf(system: MessagesRequest["system"]): Message[] {
  const texts = typeof system === "string" ? [system] : (system ?? []).map(({ text }) => text);
  return texts.map((content) => ({ role: "system", content }));
}

function toolOf({
  name,
  description,
  input_schema: inputSchema,
  strict,
}: z.infer<typeof tool>): Tool {
  return { name, inputSchema, ...known({ description, strict }) };
}

function toolChoiceOf(choice: z.infer<typeof toolChoice>): Prompt["toolChoice"] {
  if (choice.type === "tool") return { toolName: choice.name };
  return choice.type === "any" ? "required" : choice.type;
}

/** Not to think is what every other upstream does as well. */
function settingsOf(request: MessagesRequest): Record<string, unknown> {
  const { thinking, ...others } = settings.parse(request);
  return known({ ...others, thinking: thinking?.["type"] === "disabled" ? undefined : thinking });
}
