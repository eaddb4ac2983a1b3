import type { Part } from "@millrace/parts";
import { assistantMessage } from "../assistant-message.ts";
import type { Message, Prompt } from "../prompt.ts";

export interface ContinueOptions {
  /** The model goes on with a last message of its own. */
  prefill: boolean;
  /** What a model that does not is told. */
  instruction: string;
}

/** Nothing is left to be said before the results of the calls are known. */
export const CALLED = "called";

/**
 * The prompt that lets a model go on from what another one has said: its text, as the beginning of an
 * answer. Thoughts are not sent on: they were for the model that thought them.
 *
 * A call that is whole may have been acted on: then the answer ends with it, and the next prompt, with
 * the results, goes on.
 */
export function continuePrompt(
  prompt: Prompt,
  soFar: readonly Part[],
  { prefill, instruction }: ContinueOptions,
): Prompt | typeof CALLED {
  const { content } = assistantMessage(soFar);
  if (content.some(({ type }) => type === "tool-call")) return CALLED;
  const said = content.map((piece) => (piece.type === "text" ? piece.text : "")).join("");
  if (said.trim() === "") return prompt;
  const messages: Message[] = [...prompt.messages, { role: "assistant", content: said }];
  if (!prefill) messages.push({ role: "user", content: instruction });
  return { ...prompt, messages };
}
