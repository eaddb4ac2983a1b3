import { chatMessages, wireTool } from "../openai-chat/request-openai-chat.ts";
import type { Prompt } from "../prompt.ts";
import { unsupported } from "../shared/request/content.ts";
import { layOver } from "../shared/request/lay-over.ts";
import { known } from "../shared/wire.ts";

/** The body of a chat request: its messages and tools are those of OpenAI's chat. */
export function cohereBody(
  prompt: Prompt,
  { name, model }: { name: string; model: string },
): object {
  const { messages, tools, toolChoice } = prompt;
  if (typeof toolChoice === "object") throw unsupported(name, "a `toolChoice` of one tool");
  const isStrict = tools?.some(({ strict }) => strict === true) === true;
  const body = known({
    model,
    stream: true,
    messages: chatMessages(messages, name, {}),
    tools: tools?.map((tool) => wireTool({ ...tool, strict: undefined })),
    strict_tools: isStrict ? true : undefined,
    tool_choice: toolChoice === "auto" ? undefined : toolChoice?.toUpperCase(),
    temperature: prompt.temperature,
    p: prompt.topP,
    max_tokens: prompt.maxOutputTokens,
    stop_sequences: prompt.stop,
  });
  return layOver(body, prompt.body);
}
