import type { Emit, Machine } from "@millrace/core";
import { endsInHalf, holdText } from "@millrace/core/text";
import type { JsonLimits } from "../json/limits.ts";
import { jsonScanner } from "../json/scan.ts";
import type { JsonOrText } from "../json-values.ts";

const OPENING = /[{[]/g;
const WHOLE_VALUES = 0;

/**
 * Text, and values in it. A bracket that opens begins a candidate:
 *
 *            ┌───────────── at a bracket ─────────────▶┐
 *          text                                    candidate
 *            └◀── whole: a value, or text after all ──┘│
 *            └◀──── at what JSON cannot have: text ────┘
 */
export function proseMachine(
  { maxLength, maxDepth, tooLong }: JsonLimits,
  emit: Emit<JsonOrText<unknown>>,
): Machine<string> {
  const scanner = jsonScanner(maxDepth);
  const held = holdText(); // the beginning of a candidate, as far as earlier chunks have it
  let owed = ""; // text of earlier chunks: a candidate that has failed, half of a surrogate pair
  let inCandidate = false;
  let offset = 0; // of the chunk

  function emitText(text: string): void {
    const whole = owed + text;
    owed = "";
    if (whole !== "") emit({ text: whole });
  }

  /** A pair that may be cut at the end of the text is not. */
  function emitWholePairs(text: string): void {
    const end = endsInHalf(text) ? text.length - 1 : text.length;
    emitText(text.slice(0, end));
    owed = text.slice(end);
  }

  function finish(): void {
    emitText(held.take());
  }

  return {
    push(chunk) {
      if (chunk === "") return;
      let textFrom = 0; // what stands before it has come out, or is held
      let from = 0; // of the candidate
      let at = 0;
      for (;;) {
        if (!inCandidate) {
          from = nextOpening(chunk, at);
          if (from === -1) break;
          at = from;
          scanner.restart();
        }
        const verdict = scanner.scan(chunk, at, WHOLE_VALUES);
        at = scanner.at();
        const left = maxLength - held.length;
        if (at - from > left) {
          emitText(chunk.slice(textFrom, from));
          emitText(held.take(chunk.slice(from, from + left)));
          throw tooLong(offset + from + left);
        }
        inCandidate = verdict === "more";
        if (inCandidate) {
          emitText(chunk.slice(textFrom, from));
          held.add(chunk.slice(from));
          textFrom = chunk.length;
          break;
        }
        const text = held.take(chunk.slice(from, at));
        const value = verdict === "token" ? structureIn(text) : undefined;
        if (value !== undefined) {
          emitText(chunk.slice(textFrom, from));
          emit({ value });
          textFrom = at;
        } else if (text.length > at - from) {
          owed = text; // it began in an earlier chunk
          textFrom = at;
        }
      }
      emitWholePairs(chunk.slice(textFrom));
      offset += chunk.length;
    },
    flush: finish,
    fail: finish,
  };
}

/** The value of a text that is JSON, if it is an object, or an array that holds one or an array. */
function structureIn(text: string): object | undefined {
  const value = JSON.parse(text) as object;
  return !Array.isArray(value) || value.some(isContainer) ? value : undefined;
}

function isContainer(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function nextOpening(text: string, from: number): number {
  OPENING.lastIndex = from;
  return OPENING.test(text) ? OPENING.lastIndex - 1 : -1;
}
