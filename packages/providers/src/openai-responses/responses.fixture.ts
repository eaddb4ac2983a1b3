import { decoding } from "../events.fixture.ts";
import { decodeOpenaiResponses } from "./decode-openai-responses.ts";

export const { decode, lines, broken } = decoding(decodeOpenaiResponses);

/** An event of this name, without `response.`, about the item in this place. */
export function about(name: string, output_index: unknown = 0, rest: object = {}): object {
  return { type: `response.${name}`, output_index, ...rest };
}

export function begins(response: object = {}): object {
  return { type: "response.created", response: { status: "in_progress", ...response } };
}

export function ends(status = "completed", response: object = {}): object {
  return { type: `response.${status}`, response: { status, ...response } };
}

export function adds(item: object, output_index: unknown = 0): object {
  return { type: "response.output_item.added", output_index, item };
}

export function does(item: object, output_index: unknown = 0): object {
  return { type: "response.output_item.done", output_index, item };
}

export function says(delta: unknown, output_index: unknown = 0, rest: object = {}): object {
  return about("output_text.delta", output_index, { content_index: 0, delta, ...rest });
}

export function fills(delta: unknown, output_index: unknown = 0): object {
  return about("function_call_arguments.delta", output_index, { delta });
}

export const MESSAGE = { type: "message", id: "msg", role: "assistant", content: [] };

export function call(id: string, name: string, rest: object = {}): object {
  return { type: "function_call", id: `fc_${id}`, call_id: id, name, arguments: "", ...rest };
}

/** The parts of a kind as lines, for tests of one thing. */
export function only(type: string, all: readonly string[]): string[] {
  return all.filter((line) => line.startsWith(type));
}
