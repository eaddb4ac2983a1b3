import { ParseError, type Machine } from "@millrace/core";
import { holdText, type HeldText } from "@millrace/core/text";
import { isNumber, NUMBER_ENDED, type NumberState } from "../json/number.ts";
import type { JsonLimits } from "../json/limits.ts";
import type { Sink } from "./sink.ts";
import { endNumber, number, showNumber } from "./tokens.ts";

/**
 * Where in a document a reader is: reads on from there, and gives how far it came. It takes at
 * least one unit, or leaves the reader in another state.
 */
export type State = (reader: Reader, chunk: string, at: number) => number;

/** The states of a document that JSON leaves open to others. */
export interface Grammar {
  readonly start: State;
  readonly ending: State;
  /** Takes what may not stand where it stands, and gives how far it came, or nothing. */
  readonly repair?: (reader: Reader, chunk: string, at: number) => number | undefined;
}

export interface Rules {
  grammar: Grammar;
  limits: JsonLimits;
  /** The sink hears of numbers that are not whole. */
  showNumbers: boolean;
  /** Input that ends inside of the document is an error. */
  refuseIncomplete: boolean;
}

/** How far a document has been read. */
export interface Reader {
  readonly rules: Rules;
  readonly sink: Sink;
  state: State;
  /** Of the chunk, in the document. */
  offset: number;
  /** What follows the value that is read next, or being read. */
  after: State;
  /** The same for the containers that are open, outermost first. */
  readonly outer: State[];
  /** In a string: what ends it. Otherwise 0. */
  quote: number;
  /** The string is a member's name. */
  isName: boolean;
  /** The beginning of a number or a name. */
  readonly fresh: HeldText;
  /** The first unit of a surrogate pair that waits for the other one. */
  half: string;
  /** Behind `\u`: the digits so far. */
  digits: string;
  number: NumberState;
  /** The word that is being spelled, how much of it has come, and what it means. */
  word: string;
  spelled: number;
  meaning: boolean | number | null;
  /** The document is whole. */
  whole: boolean;
}

/**
 * Reads one JSON document into a sink.
 *
 * - **Cost:** one look at each unit, and one call of a state for each token or piece of one.
 * - **Source:** RFC 8259.
 */
export function readJson(sink: Sink, rules: Rules): Machine<string> {
  const { grammar, limits } = rules;
  const reader: Reader = {
    rules,
    sink,
    state: grammar.start,
    offset: 0,
    after: grammar.ending,
    outer: [],
    quote: 0,
    isName: false,
    fresh: holdText(),
    half: "",
    digits: "",
    number: NUMBER_ENDED,
    word: "",
    spelled: 0,
    meaning: null,
    whole: false,
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
    if (rules.showNumbers && reader.state === number) showNumber(reader);
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
      if (reader.state === number && reader.outer.length === 0 && isNumber(reader.number)) {
        try {
          endNumber(reader, reader.offset);
        } finally {
          sink.settle();
        }
      }
      if (reader.whole || reader.state === grammar.start) return;
      if (rules.refuseIncomplete) {
        throw new ParseError(`Cannot ${limits.action}: the input ended inside the document`, {
          stage: limits.stage,
          offset: reader.offset,
          code: "incomplete",
        });
      }
      sink.abort();
    },
    fail() {
      sink.abort();
    },
  };
}

/** What a state does about a unit that may not stand there. */
export function unexpected(reader: Reader, chunk: string, at: number): number {
  return reader.rules.grammar.repair?.(reader, chunk, at) ?? refuse(reader, chunk, at);
}

export function refuse({ offset, rules }: Reader, chunk: string, at: number): never {
  const { action, stage } = rules.limits;
  const message = `Cannot ${action}: unexpected ${JSON.stringify(chunk.charAt(at))}`;
  throw new ParseError(message, { stage, offset: offset + at });
}

/** A value has ended. */
export function endValue(reader: Reader): void {
  reader.state = reader.after;
  reader.whole = reader.outer.length === 0;
}
