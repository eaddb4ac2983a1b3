import type { Message } from "../../prompt.ts";

/**
 * Decoders give calls that have no ids the same ones in each answer, and in a prompt a call is known by its
 * id: where one comes again in a later answer, that call and its results get another.
 */
export function distinctCalls(messages: readonly Message[]): readonly Message[] {
  const answers = new Map<string, number>(); // that have had a call of this id

  function distinct<C extends { toolCallId: string }>(content: C): C {
    const { toolCallId } = content;
    const count = answers.get(toolCallId) ?? 1;
    return count === 1 ? content : { ...content, toolCallId: `${toolCallId}-${count}` };
  }

  return messages.map((message) => {
    if (message.role === "tool") return { ...message, content: message.content.map(distinct) };
    if (message.role !== "assistant" || typeof message.content === "string") return message;
    const calls = message.content.filter((piece) => piece.type === "tool-call");
    for (const id of new Set(calls.map(({ toolCallId }) => toolCallId))) {
      answers.set(id, (answers.get(id) ?? 0) + 1);
    }
    const content = message.content.map((piece) =>
      piece.type === "tool-call" ? distinct(piece) : piece,
    );
    return { ...message, content };
  });
}
