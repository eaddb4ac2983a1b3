import { deltas } from "./deltas.ts";

const START = Date.UTC(2026, 7, 5, 8, 10, 56);

/** The lines of a streamed answer of Ollama's, line feeds included; each tells its time. */
export function ollamaLines(count: number): string[] {
  const line = (content: string, milliseconds: number, rest: object): string =>
    `${JSON.stringify({
      model: "qwen3:4b",
      created_at: new Date(START + milliseconds).toISOString().replace("Z", "417Z"),
      message: { role: "assistant", content },
      ...rest,
    })}\n`;
  return [
    ...deltas(count).map((text, index) => line(text, 13 * index, { done: false })),
    line("", 13 * count, { done: true, done_reason: "stop", eval_count: count }),
  ];
}
