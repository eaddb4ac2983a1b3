import { LimitError, type Emit, type End, type Machine } from "@millrace/core";
import type { Part, StreamError } from "@millrace/parts";
import type { Answer } from "./answer.ts";
import { foreseeDelta, type DeltaPlace, type Foreseer } from "./foresee-delta.ts";
import { blockIds } from "./ids.ts";
import { splitJson } from "./json-nesting.ts";
import { brokenStream, malformedEvent, providerError } from "./stream-error.ts";
import { fields, text, type Wire } from "./wire.ts";

/** What every decoder takes. */
export interface DecoderOptions {
  /** The provider's name in `providerMetadata` and in `custom` parts. */
  name?: string;
  /** Each event, too, as it came, before its parts. Default `false`. */
  raw?: boolean;
  /** UTF-16 units of tool input, names, ids and addresses that may be held. Default 16 Mi. */
  maxHeld?: number;
}

/** What is particular to a format, as far as the stream of its values goes. */
export interface Format {
  /** As in `decodeGemini`. */
  stage: string;
  /** As in "Cannot decode Gemini: …". */
  title: string;
  /** The provider's name unless an option says another. */
  name: string;
  /** Where a value that gave but one delta has it, if successive values may differ in it alone. */
  deltaPlace?(value: Wire): DeltaPlace | undefined;
  open(answer: Answer, done: () => void): AnswerReader;
}

/** Makes parts of the values of one answer. */
export interface AnswerReader extends Foreseer {
  /** `event` is the name of the event that brought the value: `message` where there is none. */
  read(value: Wire, event: string): void;
  /** Nothing more comes: ends what is open. `done`: the provider has said that this is the end. */
  close(done: boolean, failed: boolean): void;
  /** Tells of the finish. */
  finish(done: boolean, failed: boolean): void;
}

const DONE = "[DONE]";
const NO_EVENT = "";

/**
 * One run of a decoder: takes the units of the transport, server-sent events, lines or values already
 * parsed, and gives the format's reader values that are objects. Whatever is none is told of here.
 */
export function readAnswer<I>(
  format: Format,
  options: DecoderOptions,
  emit: Emit<Part>,
  end: End,
): Machine<I> {
  const { name = format.name, raw = false, maxHeld = 16 * 1024 * 1024 } = options;
  const reader = format.open({ name, emit: put, ids: blockIds(), hold, fail }, () => {
    finish(true);
    end();
  });
  const foreseen = foreseeDelta(emit, reader);
  let failed = false; // an error part has been emitted
  let lastError = "";
  let offset = 0; // inputs taken
  let held = 0;
  let emitted = 0; // parts of the event at hand
  let last: Part | undefined; // the latest part
  let lastButOne: Part | undefined;
  let learned = ""; // the name of the event that was learned from

  function hold(length: number): void {
    held += length;
    if (held <= maxHeld) return;
    held = -Infinity; // trips once: `fail` must be able to close what is open
    const { stage, title } = format;
    throw new LimitError(`Cannot decode ${title}: what is held grew beyond maxHeld ${maxHeld}`, {
      stage,
      offset,
    });
  }

  function put(part: Part): void {
    emitted++;
    lastButOne = last;
    last = part;
    emit(part);
  }

  /** Some servers say the same in an event of its own and in the one that ends the answer. */
  function fail(error: StreamError): void {
    failed = true;
    const words = `${error.kind} ${error.code ?? ""} ${error.message}`;
    if (words === lastError && error.kind !== "malformed-event") return;
    lastError = words;
    put({ type: "error", error });
  }

  function readEvent(event: string, data: string): void {
    if (foreseen.take(raw || event !== learned ? NO_EVENT : data)) return;
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      readText(event, data);
      return;
    }
    if (raw) emit({ type: "raw", rawValue: value, event });
    emitted = 0;
    readValue(value, event);
    if (raw) return;
    learned = event;
    const findPlace = () => format.deltaPlace?.(fields(value));
    if (emitted === 1) foreseen.learn(data, last!, undefined, findPlace);
    else if (emitted === 2) foreseen.learn(data, lastButOne!, last, findPlace);
  }

  function readText(event: string, data: string): void {
    // Some gateways leave out what stands between events.
    const pieces = splitJson(data);
    if (pieces.length > 1) {
      for (const piece of pieces) readEvent(event, piece);
      return;
    }
    if (raw) emit({ type: "raw", rawValue: data, event });
    const word = data.trim();
    if (word === DONE) {
      finish(true);
      end();
    } else if (event === "error") fail(providerError(data));
    else if (word !== "") fail(malformedEvent("An event is not JSON", data));
  }

  function readValue(value: unknown, event: string): void {
    // Some servers send their errors in a list.
    if (Array.isArray(value)) for (const item of value) readItem(item, event);
    else readItem(value, event);
  }

  function readItem(value: unknown, event: string): void {
    if (event === "error") fail(providerError(fields(value)["error"] ?? value, value));
    else if (typeof value === "object" && value !== null) reader.read(value as Wire, event);
    else fail(malformedEvent("An event is not an object", value));
  }

  /** All that closing tells of comes before the first finish. */
  function finish(done: boolean, broken?: StreamError): void {
    reader.close(done, failed || broken !== undefined);
    if (broken !== undefined) fail(broken);
    reader.finish(done, failed);
  }

  function readInput(input: unknown): void {
    if (typeof input === "string") {
      readEvent("message", input);
      return;
    }
    // In this order: the chunks of some SDKs have a getter `data` that complains.
    const { type } = fields(input);
    const data = typeof type === "string" ? fields(input)["data"] : undefined;
    if (typeof data === "string") {
      readEvent(text(type), data);
      return;
    }
    foreseen.take(NO_EVENT);
    if (raw) emit({ type: "raw", rawValue: input });
    readValue(input, "message");
  }

  return {
    push(input) {
      readInput(input);
      offset++;
    },
    flush() {
      finish(false);
    },
    fail(reason) {
      finish(false, brokenStream(reason));
    },
  };
}
