import { LimitError, type Emit, type End, type Machine } from "@millrace/core";
import { failureOf, type Part } from "@millrace/parts";
import { openAnswer, type Answer } from "./answer.ts";
import { malformed } from "./known.ts";
import { fields, text, type Wire } from "./wire.ts";

/** What every decoder takes. */
export interface DecoderOptions {
  /** UTF-16 units of what may have to be remembered: ids, tool input, encrypted reasoning. Default 16 Mi. */
  maxHeld?: number;
}

/** What is particular to a format. */
export interface Format {
  /** As in `decodeAgUi`. */
  stage: string;
  /** As in "Cannot decode AG-UI: …". */
  title: string;
  read(event: Wire, answer: Answer): void;
}

const DONE = "[DONE]";

/**
 * One run of a decoder: takes server-sent events, their data, or objects already parsed, and gives the
 * format what is an object. What is none is an error in the answer.
 */
export function readAnswer<I>(
  format: Format,
  options: DecoderOptions,
  emit: Emit<Part>,
  end: End,
): Machine<I> {
  const { maxHeld = 16 * 1024 * 1024 } = options;
  const answer = openAnswer(emit, hold, () => {
    if (!broken) end();
  });
  let broken = false; // what broke the stream off errors the output
  let offset = 0;
  let held = 0;

  function hold(length: number): void {
    held += length;
    if (held <= maxHeld) return;
    held = -Infinity; // trips once: what is open must still be closed
    const { stage, title } = format;
    const message = `Cannot decode ${title}: what is held grew beyond maxHeld ${maxHeld}`;
    throw new LimitError(message, { stage, offset });
  }

  function readData(data: string): void {
    if (data === "") return;
    if (data === DONE) {
      answer.finish("other");
      return;
    }
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      answer.fail(malformed("An event is not JSON", data));
      return;
    }
    readEvent(event);
  }

  function readEvent(event: unknown): void {
    const wire = fields(event);
    if (text(wire["type"]) === "") answer.fail(malformed("An event has no type", event));
    else format.read(wire, answer);
  }

  return {
    push(input) {
      const { lastEventId, data } = fields(input);
      if (typeof input === "string") readData(input);
      else if (typeof lastEventId === "string" && typeof data === "string") readData(data);
      else readEvent(input);
      offset++;
    },
    flush() {
      answer.finish("interrupted");
    },
    fail(reason) {
      broken = true;
      answer.close();
      answer.fail(failureOf(reason));
      answer.finish("error");
    },
  };
}
