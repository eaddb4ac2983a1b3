import { ParseError, type Machine } from "@millrace/core";
import { holdText, type HeldText } from "@millrace/core/text";
import { NUMBER_ENDED, type NumberState } from "../json/number-state.ts";
import { isNumber } from "../json/number.ts";
import type { JsonLimits } from "../json/limits.ts";
import { BLANK, VALUE } from "../json/kinds.ts";
import type { Sink } from "./sink.ts";
import { ACTION, STAGE } from "./stage-name.ts";
import { between } from "./structure.ts";
import { number, showNumber, type Word } from "./tokens.ts";

/** Ends a number. */
const SPACE = " ";

/**
 * Where in a document a reader is: reads on from there, and gives how far it came. It takes at
 * least one unit, or leaves the reader in another state.
 */
export type State = (reader: Reader, chunk: string, at: number) => number;

/** What JSON does not take, and somebody does. */
export interface Repairs {
  /** Where a document begins. */
  readonly start: State;
  /** Takes a unit that may not stand where it stands, and gives how far it came, or nothing. */
  readonly repair: (reader: Reader, chunk: string, at: number) => number | undefined;
  /** The input ends behind the document. Gives whether what is read last may stand there. */
  readonly end: (state: State) => boolean;
}

/** What `partialJson` can be asked for by everybody. */
export interface ReadingOptions {
  /** Strings grow (`"emit"`, the default), or appear when they are whole (`"hold"`). */
  strings?: "emit" | "hold";
  /** Numbers appear when they are whole (`"hold"`, the default), or grow from digit to digit. */
  numbers?: "hold" | "emit";
  /**
   * What input does that ends inside the document: it is an error (the default), or the stream just
   * ends, its last draft not being complete. Input of nothing but space is never an error.
   */
  incomplete?: "error" | "allow";
  /** What is put up with, though it is no JSON: `lenientJson({ … })`. Default: nothing. */
  lenient?: () => Repairs;
}

/** How far a document has been read. */
export interface Reader {
  readonly options: ReadingOptions;
  readonly limits: JsonLimits;
  readonly repairs: Repairs | undefined;
  readonly sink: Sink;
  state: State;
  /** Of the chunk, in the document. */
  offset: number;
  /** The containers that are open, outermost first: whether they are objects. */
  readonly objects: boolean[];
  /** What may stand next, between tokens: a set of kinds. */
  expected: number;
  /** In a string: what ends it. Otherwise 0. */
  quote: number;
  /** The string is a member's name. */
  isName: boolean;
  /** The beginning of a name, of a number, or of a string that is held. */
  readonly fresh: HeldText;
  /** The first unit of a surrogate pair that waits for the other one. */
  half: string;
  /** Behind `\u`: the digits so far. */
  digits: string;
  number: NumberState;
  /** The word that is being spelled, and how much of it has come. */
  word: Word;
  spelled: number;
}

/**
 * Reads one JSON document into a sink.
 *
 * - **Cost:** one look at each unit, and one call of a state for each token or piece of one.
 * - **Source:** RFC 8259.
 */
export function readJson(sink: Sink, limits: JsonLimits, options: ReadingOptions): Machine<string> {
  const repairs = options.lenient?.();
  const start = repairs?.start ?? between;
  const reader: Reader = {
    options,
    limits,
    repairs,
    sink,
    state: start,
    offset: 0,
    objects: [],
    expected: VALUE,
    quote: 0,
    isName: false,
    fresh: holdText(),
    half: "",
    digits: "",
    number: NUMBER_ENDED,
    word: ["", null],
    spelled: 0,
  };

  function read(chunk: string): void {
    try {
      let at = 0;
      while (at < chunk.length) at = reader.state(reader, chunk, at);
    } finally {
      settle(); // also before an error: what came before it is good
    }
    reader.offset += chunk.length;
  }

  function settle(): void {
    if (options.numbers === "emit" && reader.state === number) showNumber(reader);
    sink.settle();
  }

  return {
    push(chunk) {
      const left = limits.maxLength - reader.offset;
      if (chunk.length <= left) read(chunk);
      else {
        read(chunk.slice(0, left));
        throw limits.tooLong(limits.maxLength);
      }
    },
    flush() {
      const { offset, state } = reader;
      const isAtRoot = reader.objects.length === 0;
      if (isAtRoot && state === number && isNumber(reader.number)) read(SPACE);
      if (reader.expected === BLANK && repairs?.end(reader.state) !== false) return;
      if (isAtRoot && state === start && reader.expected === VALUE) return;
      if (options.incomplete !== "allow") {
        throw new ParseError(`Cannot ${ACTION}: the input ended inside a value`, {
          stage: STAGE,
          offset,
          code: "incomplete",
        });
      }
      sink.abort?.();
    },
    fail() {
      sink.abort?.();
    },
  };
}

/** What a state does about a unit that may not stand there. */
export function unexpected(reader: Reader, chunk: string, at: number): number {
  const repaired = reader.repairs?.repair(reader, chunk, at);
  if (repaired !== undefined) return repaired;
  const message = `Cannot ${ACTION}: unexpected ${JSON.stringify(chunk.charAt(at))}`;
  throw new ParseError(message, { stage: STAGE, offset: reader.offset + at });
}
