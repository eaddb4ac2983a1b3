import { deltas } from "./deltas.ts";
import { drawInteger, pick, random } from "./random.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * The events of a streamed response in the wire format of OpenAI, blank lines included: each has its
 * number, and a string of random length that hides how long the delta is.
 */
export function openaiResponsesEvents(count: number): string[] {
  const draw = random(4);
  const obfuscation = (): string =>
    Array.from({ length: drawInteger(draw, 1, 16) }, () => pick(draw, ALPHABET)).join("");
  const item_id = "msg_0dd65ac660ad00e6016a3c1230cfa4819eb070eaf590b21379";
  const place = { item_id, output_index: 0, content_index: 0 };
  const text = deltas(count);
  const part = { type: "output_text", annotations: [], logprobs: [], text: text.join("") };
  const item = { id: item_id, type: "message", role: "assistant" };
  const response = {
    id: "resp_0dd65ac660ad00e6016a3c1230cfa4819eb070",
    object: "response",
    model: "m",
  };
  const usage = { input_tokens: 117, output_tokens: count, total_tokens: 117 + count };
  return [
    { type: "response.created", response: { ...response, status: "in_progress" } },
    { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
    { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
    ...text.map((delta) => ({
      type: "response.output_text.delta",
      ...place,
      delta,
      logprobs: [],
      obfuscation: obfuscation(),
    })),
    { type: "response.output_text.done", ...place, text: part.text },
    { type: "response.content_part.done", ...place, part },
    { type: "response.output_item.done", output_index: 0, item: { ...item, content: [part] } },
    { type: "response.completed", response: { ...response, status: "completed", usage } },
  ].map(({ type, ...rest }, sequence_number) => {
    const data = JSON.stringify({ type, sequence_number, ...rest });
    return `event: ${type}\ndata: ${data}\n\n`;
  });
}
