import type { FileContent, Message, Prompt, ReasoningContent, Tool } from "../prompt.ts";
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

const ANY_ID = /^[^:]{1,64}$/; // no longer one is taken; a colon is `joinHops`'s

/** The body of a request for a response. */
export function responsesBody(
  prompt: Prompt,
  { name, model }: { name: string; model: string },
): object {
  const { messages, tools, stop = [] } = prompt;
  const toolChoice = toolChoiceOf(prompt);
  if (stop.length > 0) throw unsupported(name, "`stop`: cut the stream with `stopAt`");
  const wireId = toolIds(ANY_ID);
  return known({
    model,
    stream: true,
    input: messages.flatMap((message) => wireItems(message, name, wireId)),
    tools: filled(tools)?.map(wireTool),
    tool_choice:
      typeof toolChoice === "object" ? { type: "function", name: toolChoice.toolName } : toolChoice,
    temperature: prompt.temperature,
    top_p: prompt.topP,
    max_output_tokens: prompt.maxOutputTokens,
  });
}

function wireItems(message: Message, name: string, wireId: (id: string) => string): object[] {
  switch (message.role) {
    case "system":
      return [message];
    case "user":
      return [
        {
          role: "user",
          content: contentOf(message).map((piece) =>
            piece.type === "text" ? { type: "input_text", text: piece.text } : wireFile(piece),
          ),
        },
      ];
    case "assistant":
      return runsOf(answerOf(message, name)).flatMap((run) => {
        const text = textOf(run);
        const calls = callsOf(run).map((call) => ({
          type: "function_call",
          call_id: wireId(call.toolCallId),
          name: call.toolName,
          arguments: inputText(call),
        }));
        return [
          ...wireReasoning(reasoningOf(run, name), name),
          ...(text === "" ? [] : [{ role: "assistant", content: text }]),
          ...calls,
        ];
      });
    case "tool":
      return message.content.map((result) => ({
        type: "function_call_output",
        call_id: wireId(result.toolCallId),
        output: resultText(result),
      }));
  }
}

/** Content of one kind that stands together. What was thought has to stay ahead of what came of it. */
function runsOf<C extends { type: string }>(content: readonly C[]): C[][] {
  const runs: C[][] = [];
  for (const piece of content) {
    const last = runs.at(-1);
    if (last?.[0]?.type === piece.type) last.push(piece);
    else runs.push([piece]);
  }
  return runs;
}

/**
 * Items of reasoning. The blocks of one item have its id; what is encrypted comes with the last one.
 * An item that has nothing encrypted is left out: only a server that has stored it could take it.
 */
function wireReasoning(blocks: readonly ReasoningContent[], name: string): object[] {
  const items: object[] = [];
  let summary: object[] = [];
  let itemId: unknown;
  for (const { text, encrypted, providerMetadata } of blocks) {
    const id = providerMetadata?.[name]?.["itemId"];
    if (id !== itemId) summary = [];
    itemId = id;
    if (text !== "") summary.push({ type: "summary_text", text });
    if (encrypted === undefined) continue;
    items.push({ type: "reasoning", ...known({ id }), summary, encrypted_content: encrypted });
    summary = [];
  }
  return items;
}

function wireFile(file: FileContent): object {
  const { data, filename = "file" } = file;
  if (isImage(file)) return { type: "input_image", image_url: fileUrl(file), detail: "auto" };
  return data.type === "url"
    ? { type: "input_file", file_url: data.url }
    : { type: "input_file", filename, file_data: fileUrl(file) };
}

/** Where nothing is said of `strict`, this API takes it for granted, and schemas for wrong. */
function wireTool(tool: Tool): object {
  const { name, description, strict = false } = tool;
  return {
    type: "function",
    ...known({ name, description }),
    parameters: toolSchema(tool),
    strict,
  };
}
