import type { Message } from "../../prompt.ts";
import { isBlank } from "./content.ts";

export interface Turn<C> {
  role: string;
  content: C[];
}

/** What the system says goes into a place of its own, in one piece. */
export function systemText(messages: readonly Message[]): string | undefined {
  const texts = messages.flatMap((message) => (message.role === "system" ? message.content : []));
  const said = texts.filter((text) => !isBlank(text));
  return said.length > 0 ? said.join("\n\n") : undefined;
}

/**
 * The other messages as turns: results of calls are the user's, and what follows from the same side
 * joins the turn before. Turns that say nothing are left out: such formats take none.
 */
export function turnsOf<C>(
  messages: readonly Message[],
  roles: { user: string; assistant: string },
  contentOf: (message: Exclude<Message, { role: "system" }>) => C[],
): Turn<C>[] {
  const turns: Turn<C>[] = [];
  for (const message of messages) {
    if (message.role === "system") continue;
    const role = message.role === "assistant" ? roles.assistant : roles.user;
    const content = contentOf(message);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) turns.push({ role, content });
  }
  return turns;
}

/** A text of the model's own, to be gone on with, must not end in a space. */
export function trimPrefill(turns: readonly Turn<Record<string, unknown>>[]): void {
  const { role, content } = turns.at(-1) ?? {};
  const last = role === "assistant" ? content?.at(-1) : undefined;
  const text = last?.["text"];
  if (last !== undefined && typeof text === "string") last["text"] = text.trimEnd();
}
