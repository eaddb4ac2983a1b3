import { decoding } from "../events.fixture.ts";
import { decodeGeminiInteractions } from "./decode-gemini-interactions.ts";

export const { decode, lines, broken } = decoding(decodeGeminiInteractions);

export const DONE = "[DONE]";

export function created(interaction: object = {}, rest: object = {}): object {
  return { event_type: "interaction.created", interaction, ...rest };
}

export function completed(status: unknown, interaction: object = {}): object {
  return { event_type: "interaction.completed", interaction: { status, ...interaction } };
}

export function start(index: unknown, type: unknown, rest: object = {}): object {
  return { event_type: "step.start", index, step: { type, ...rest } };
}

export function delta(index: unknown, type: unknown, rest: object = {}): object {
  return { event_type: "step.delta", index, delta: { type, ...rest } };
}

export function says(text: unknown, index: unknown = 0): object {
  return delta(index, "text", { text });
}

export function stop(index: unknown): object {
  return { event_type: "step.stop", index };
}
