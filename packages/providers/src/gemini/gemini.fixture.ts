import { decoding } from "../events.fixture.ts";
import { decodeGemini } from "./decode-gemini.ts";

export const { decode, lines, broken } = decoding(decodeGemini);

/** A chunk with one candidate that has these parts. */
export function parts(...all: unknown[]): { candidates: object[] } {
  return { candidates: [{ content: { role: "model", parts: all } }] };
}

export function says(text: unknown, rest: object = {}): object {
  return parts({ text, ...rest });
}

export function stops(finishReason: unknown, rest: object = {}): object {
  return { candidates: [{ content: { parts: [{ text: "" }] }, finishReason, ...rest }] };
}

export function calls(functionCall: unknown, rest: object = {}): object {
  return parts({ functionCall, ...rest });
}

/** A piece of a call's arguments. */
export function piece(...partialArgs: unknown[]): object {
  return calls({ partialArgs, willContinue: true });
}
