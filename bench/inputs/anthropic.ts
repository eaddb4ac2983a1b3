import { deltas } from "./deltas.ts";
import { drawInteger, random } from "./random.ts";

/**
 * The events of a streamed message in the wire format of Anthropic, blank lines included. As on the
 * wire, white space of random length stands before the last bracket.
 */
export function anthropicEvents(count: number): string[] {
  const draw = random(3);
  const event = (value: { type: string }): string => {
    const json = JSON.stringify(value);
    const padding = " ".repeat(drawInteger(draw, 0, 14));
    return `event: ${value.type}\ndata: ${json.slice(0, -1)}${padding}}\n\n`;
  };
  const usage = { input_tokens: 117, cache_read_input_tokens: 0, output_tokens: 1 };
  const message = { id: "msg_01VinQM2kgcAKaRJC2QMMMWX", role: "assistant", model: "claude", usage };
  return [
    event({ type: "message_start", ...{ message } }),
    event({
      type: "content_block_start",
      ...{ index: 0, content_block: { type: "text", text: "" } },
    }),
    ...deltas(count).map((text) =>
      event({ type: "content_block_delta", ...{ index: 0, delta: { type: "text_delta", text } } }),
    ),
    event({ type: "content_block_stop", ...{ index: 0 } }),
    event({
      type: "message_delta",
      ...{ delta: { stop_reason: "end_turn" }, usage: { output_tokens: count } },
    }),
    event({ type: "message_stop" }),
  ];
}
