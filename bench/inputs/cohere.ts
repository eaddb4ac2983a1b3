import { deltas } from "./deltas.ts";

/** The events of a streamed answer of Cohere's second version, blank lines included. */
export function cohereEvents(count: number): string[] {
  const event = (type: string, rest: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const content = (type: string, value: object): string =>
    event(type, { index: 0, delta: { message: { content: value } } });
  return [
    event("message-start", { id: "1f774166-0ca9-4885", delta: { message: { role: "assistant" } } }),
    content("content-start", { type: "text", text: "" }),
    ...deltas(count).map((text) => content("content-delta", { text })),
    event("content-end", { index: 0 }),
    event("message-end", { delta: { finish_reason: "COMPLETE", usage: { tokens: {} } } }),
    "data: [DONE]\n\n",
  ];
}
