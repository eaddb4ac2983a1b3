import type { Message, ToolResultContent } from "../../prompt.ts";

/** The names of tools by the ids of the calls, for formats that tell results by them: not all have ids. */
export function namesOfCalls(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap((message) =>
    message.role === "assistant" && typeof message.content !== "string" ? message.content : [],
  );
  return new Map(
    calls.flatMap((call) => (call.type === "tool-call" ? [[call.toolCallId, call.toolName]] : [])),
  );
}

/**
 * The results of an answer in the order of its calls, in one message: where two calls are of one tool, that
 * order is all that such formats have to tell their results apart.
 */
export function resultsInOrder(messages: readonly Message[]): readonly Message[] {
  const places = new Map([...namesOfCalls(messages).keys()].map((id, place) => [id, place]));
  const placeOf = ({ toolCallId }: ToolResultContent): number =>
    places.get(toolCallId) ?? places.size;
  const ordered: Message[] = [];
  for (const message of messages) {
    const last = ordered.at(-1);
    if (message.role !== "tool") ordered.push(message);
    else {
      const before = last?.role === "tool" ? last.content : [];
      if (last?.role === "tool") ordered.pop();
      const content = [...before, ...message.content].sort((a, b) => placeOf(a) - placeOf(b));
      ordered.push({ role: "tool", content });
    }
  }
  return ordered;
}
