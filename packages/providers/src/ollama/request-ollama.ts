import type { Message, Prompt } from "../prompt.ts";
import {
  answerOf,
  callsOf,
  contentOf,
  inputObject,
  isImage,
  reasoningOf,
  resultText,
  textOf,
  unsupported,
} from "../shared/request/content.ts";
import { filled } from "../shared/request/filled.ts";
import { namesOfCalls, resultsInOrder } from "../shared/request/tool-names.ts";
import { toolSchema } from "../shared/request/tool-schema.ts";
import { known } from "../shared/wire.ts";

/** The body of a chat request. */
export function ollamaBody(
  prompt: Prompt,
  { name, model }: { name: string; model: string },
): object {
  const { tools, toolChoice = "auto", temperature, topP, maxOutputTokens, stop } = prompt;
  if (toolChoice !== "auto" && toolChoice !== "none") throw unsupported(name, "this `toolChoice`");
  const options = known({
    temperature,
    top_p: topP,
    num_predict: maxOutputTokens,
    stop: filled(stop),
  });
  const messages = resultsInOrder(prompt.messages);
  const toolNames = namesOfCalls(messages);
  const offered = toolChoice === "none" ? undefined : filled(tools);
  return known({
    model,
    stream: true,
    messages: messages.flatMap((message) => wireMessages(message, name, toolNames)),
    tools: offered?.map((tool) => ({
      type: "function",
      function: known({
        name: tool.name,
        description: tool.description,
        parameters: toolSchema(tool),
      }),
    })),
    options: Object.keys(options).length > 0 ? options : undefined,
  });
}

function wireMessages(
  message: Message,
  name: string,
  toolNames: ReadonlyMap<string, string>,
): object[] {
  switch (message.role) {
    case "system":
      return [message];
    case "user": {
      const content = contentOf(message);
      const images = content.flatMap((piece) => {
        if (piece.type === "text") return [];
        if (!isImage(piece) || piece.data.type === "url") {
          throw unsupported(name, "files other than images by their data");
        }
        return [piece.data.data];
      });
      return [{ role: "user", content: textOf(content), ...(images.length > 0 && { images }) }];
    }
    case "assistant": {
      const content = answerOf(message, name);
      const thinking = reasoningOf(content, name).map(({ text }) => text);
      const calls = callsOf(content).map((call) => ({
        function: { name: call.toolName, arguments: inputObject(call) },
      }));
      return [
        {
          role: "assistant",
          content: textOf(content),
          ...(thinking.length > 0 && { thinking: thinking.join("") }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
      ];
    }
    case "tool":
      return message.content.map((result) => ({
        role: "tool",
        content: resultText(result),
        ...known({ tool_name: result.toolName ?? toolNames.get(result.toolCallId) }),
      }));
  }
}
