import type { Message } from "../../prompt.ts";

export interface Turn<C> {
  role: string;
  content: C[];
}

/** What the system says goes into a place of its own, in one piece. */
export function systemText(messages: readonly Message[]): string | undefined {
  const texts = messages.flatMap((message) => (message.role === "system" ? message.content : []));
  return texts.length > 0 ? texts.join("\n\n") : undefined;
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
