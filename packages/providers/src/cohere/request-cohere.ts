import { chatMessages, wireTool, type ChatDialect } from "../openai-chat/request-openai-chat.ts";
import type { Prompt } from "../prompt.ts";
import { unsupported } from "../shared/request/content.ts";
import { filled } from "../shared/request/filled.ts";
import { toolChoiceOf } from "../shared/request/tool-choice.ts";
import { known } from "../shared/wire.ts";

const DIALECT: ChatDialect = {
  file({ mediaType }, name) {
    throw unsupported(name, `a file of ${mediaType}`);
  },
};

/** The body of a chat request: its messages and tools are those of OpenAI's chat. */
export function cohereBody(
  prompt: Prompt,
  { name, model }: { name: string; model: string },
): object {
  const { messages, tools } = prompt;
  const toolChoice = toolChoiceOf(prompt);
  if (typeof toolChoice === "object") throw unsupported(name, "a `toolChoice` of one tool");
  const isStrict = tools?.some(({ strict }) => strict === true) === true;
  return known({
    model,
    stream: true,
    messages: chatMessages(messages, name, DIALECT).map(withoutNull),
    tools: filled(tools)?.map((tool) => wireTool({ ...tool, strict: undefined })),
    strict_tools: isStrict ? true : undefined,
    tool_choice: toolChoice === "auto" ? undefined : toolChoice?.toUpperCase(),
    temperature: prompt.temperature,
    p: prompt.topP,
    max_tokens: prompt.maxOutputTokens,
    stop_sequences: filled(prompt.stop),
  });
}

/** A message of calls alone has no content here. */
function withoutNull({ content, ...message }: Record<string, unknown>): object {
  return { ...message, ...(content !== null && { content }) };
}
