import type { Message, Prompt, Tool } from "@millrace/providers";
import { encodeOpenaiResponses, openaiResponsesFormat } from "@millrace/providers/openai-responses";
import { z } from "zod";
import { readRequest } from "../request.ts";
import { encoderOptions } from "./encoder-options.ts";
import { jsonObject, jsonValue } from "./json.ts";
import { known } from "./known.ts";
import { inputItem, messagesOf } from "./openai-responses-items.ts";
import type { VendorApi, WireObject } from "./vendor-api.ts";

const tool = z.strictObject({
  type: z.literal("function"),
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});

const toolChoice = z.union([
  z.enum(["auto", "none", "required"]),
  z.strictObject({ type: z.literal("function"), name: z.string().min(1) }),
]);

/** Settings that only this format has: for upstreams that speak it. */
const passedOn = {
  include: z.array(z.string()).nullish(),
  max_tool_calls: z.int().positive().nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: jsonObject.nullish(),
  text: jsonObject.nullish(),
  top_logprobs: z.int().nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
};

/** What changes nothing of the answer. It goes no further: it would be said in the service's name. */
const withoutEffect = {
  background: z.literal(false).nullish(),
  metadata: jsonValue.optional(),
  prompt_cache_key: jsonValue.optional(),
  safety_identifier: jsonValue.optional(),
  service_tier: jsonValue.optional(),
  store: jsonValue.optional(), // nothing is stored, and no answer can be referred to later
  stream_options: jsonValue.optional(),
  user: jsonValue.optional(),
};

const responsesRequest = z.strictObject({
  model: z.string().min(1).optional(),
  input: z.union([z.string().min(1), z.array(inputItem).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_output_tokens: z.int().positive().nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  previous_response_id: z.null("not kept here: send the items themselves").optional(),
  conversation: z.null("not kept here: send the items themselves").optional(),
  ...passedOn,
  ...withoutEffect,
});

const settings = z.object(passedOn);

type ResponsesRequest = z.infer<typeof responsesRequest>;

/** OpenAI's Responses. */
export const openaiResponsesApi: VendorApi = {
  wire: "openai-responses",
  format: openaiResponsesFormat,
  whole: wholeResponse,
  read(body) {
    const request = readRequest(responsesRequest, body);
    return {
      prompt: promptOf(request),
      model: request.model,
      stream: request.stream ?? false,
      encode: () => encodeOpenaiResponses(encoderOptions("resp_")),
    };
  },
};

function promptOf(request: ResponsesRequest): Prompt {
  const { input, instructions, tools, tool_choice } = request;
  const system: Message[] = instructions ? [{ role: "system", content: instructions }] : [];
  const said: Message[] =
    typeof input === "string" ? [{ role: "user", content: input }] : messagesOf(input);
  return {
    messages: [...system, ...said],
    ...known({
      tools: tools?.map(toolOf),
      toolChoice:
        typeof tool_choice === "object" && tool_choice !== null
          ? { toolName: tool_choice.name }
          : tool_choice,
      temperature: request.temperature,
      topP: request.top_p,
      maxOutputTokens: request.max_output_tokens,
    }),
    body: known(settings.parse(request)),
  };
}

function toolOf({ name, description, parameters, strict }: z.infer<typeof tool>): Tool {
  return { name, ...known({ description, inputSchema: parameters, strict }) };
}

/** The last event repeats all of the answer. */
function wholeResponse(events: readonly WireObject[]): object {
  return events.at(-1)!["response"] as object;
}
