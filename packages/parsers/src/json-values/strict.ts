import type { Emit, Machine } from "@millrace/core";
import { BYTE_ORDER_MARK, isSpace } from "../json/characters.ts";
import type { JsonLimits } from "../json/limits.ts";
import { jsonReader } from "../json/reader.ts";

const RECORD_SEPARATOR = 0x1e;
const WHOLE_VALUES = 0;
/** What may follow a number or a literal without space between. */
const BEGINS_ITSELF = /["[{]/;

/** Values with nothing between them but space and record separators. */
export function strictMachine(limits: JsonLimits, emit: Emit<unknown>): Machine<string> {
  const reader = jsonReader(limits);
  let isStart = true; // of the input
  let inSequence = false; // a record separator stood before the value
  let isWord = false; // the last value was a number or a literal, and nothing has followed it yet

  /** Passes what stands between values. */
  function pass(chunk: string, from: number): number {
    let at = from;
    while (at < chunk.length) {
      const code = chunk.charCodeAt(at);
      if (code === RECORD_SEPARATOR) inSequence = true;
      else if (!isSpace(code)) break;
      isWord = false;
      at++;
    }
    return at;
  }

  function begin(chunk: string, at: number): void {
    if (isWord && !BEGINS_ITSELF.test(chunk.charAt(at))) throw reader.unexpected(chunk, at);
    reader.scanner.restart();
  }

  function emitValue(): void {
    const value = reader.value();
    isWord = typeof value !== "string" && (typeof value !== "object" || value === null);
    inSequence = false;
    emit(value);
  }

  return {
    push(chunk) {
      if (chunk === "") return;
      let at = isStart && chunk.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
      isStart = false;
      if (!reader.isOpen()) at = pass(chunk, at);
      while (at < chunk.length) {
        if (!reader.isOpen()) begin(chunk, at);
        at = reader.read(chunk, at, WHOLE_VALUES, true);
        if (at === -1) break;
        // In a sequence a number that no space follows may have been cut.
        if (
          inSequence &&
          typeof reader.value() === "number" &&
          chunk.charCodeAt(at) === RECORD_SEPARATOR
        ) {
          throw reader.incomplete(at);
        }
        emitValue();
        at = pass(chunk, at);
      }
      reader.pass(chunk);
    },
    flush() {
      if (!reader.isOpen()) return;
      if (!reader.end() || inSequence) throw reader.incomplete(0);
      emitValue();
    },
  };
}
