import { LimitError, ParseError, stage, type Stage } from "@millrace/core";
import { crc32 } from "./crc32.ts";
import { readHeaders, uint32, type EventStreamFrame } from "./frame.ts";

export interface DecodeEventStreamOptions {
  /** The longest frame, in bytes. Default 16 Mi. */
  maxLength?: number;
}

const STAGE = "decodeEventStream";

// A frame: its length, that of its headers, the checksum of these two, the headers, the payload, the
// checksum of all that.
const HEADERS_LENGTH_AT = 4;
const PRELUDE_CRC_AT = 8;
const PRELUDE = 12;
const CRC = 4;
const SHORTEST = 16; // both

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/**
 * The frames of an event stream of AWS, `application/vnd.amazon.eventstream`, checked.
 *
 * - **In / Out:** bytes cut anywhere; frames, each with its headers and its payload.
 * - **When:** a frame with its last byte.
 * - **Limits:** `maxLength` for a frame, by a `LimitError` as soon as a length is told that is over it:
 *   nothing is allocated by a number from the wire.
 * - **Errors:** a `ParseError` with the offset, in bytes, of what is wrong: a length that cannot be, a
 *   checksum that does not hold, headers that cannot be read; or (`incomplete`) with that of the end,
 *   where the input ends inside a frame, also within its first bytes.
 * - **Cost:** a look at each byte, for the checksum, and a copy of each chunk, of which the payloads are
 *   views; a frame that comes in pieces is joined once.
 * - **Source:** AWS, event stream encoding.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { decodeEventStream } from "@millrace/providers/bedrock";
 *
 * // No headers, and a payload of two bytes.
 * const bytes = Uint8Array.of(0, 0, 0, 18, 0, 0, 0, 0, 127, 2, 27, 139, 123, 125, 47, 146, 97, 250);
 * const [frame] = run(decodeEventStream(), [bytes]);
 * frame?.headers; // => {}
 * new TextDecoder().decode(frame?.payload); // => "{}"
 * ```
 */
export function decodeEventStream(
  options: DecodeEventStreamOptions = {},
): Stage<Uint8Array, EventStreamFrame> {
  const { maxLength = 16 * 1024 * 1024 } = options;
  return stage(
    (emit) => {
      let buffer = NOTHING; // begins with the beginning of a frame
      let held = 0; // bytes in it
      let needed = PRELUDE; // bytes of the frame without which nothing can be told
      let offset = 0; // of the frame
      let lastBytes = NOTHING; // of the headers of the last frame: mostly those of the next one
      let lastHeaders: EventStreamFrame["headers"] = {};

      function reject(what: string, at: number): never {
        const message = `Cannot decode event stream: ${what}`;
        throw new ParseError(message, { stage: STAGE, offset: offset + at });
      }

      /** Takes bytes until there are as many as are needed, and gives how many it has taken. */
      function hold(chunk: Uint8Array, from: number): number {
        const piece = chunk.subarray(from, from + needed - held);
        const length = held + piece.length;
        if (length > buffer.length) {
          const grown = new Uint8Array(Math.min(needed, Math.max(2 * buffer.length, length)));
          grown.set(buffer.subarray(0, held));
          buffer = grown;
        }
        buffer.set(piece, held);
        held = length;
        return piece.length;
      }

      /** The length of the frame, if it can be believed. */
      function readPrelude(bytes: Uint8Array, from: number): number {
        const crcAt = from + PRELUDE_CRC_AT;
        if (uint32(bytes, crcAt) !== crc32(bytes, from, crcAt)) {
          reject("the checksum of a prelude does not hold", PRELUDE_CRC_AT);
        }
        const length = uint32(bytes, from);
        if (length < SHORTEST) reject(`a frame has the length ${length}`, 0);
        if (length > maxLength) {
          const message = `Cannot decode event stream: a frame grew beyond maxLength ${maxLength}`;
          throw new LimitError(message, { stage: STAGE, offset });
        }
        if (uint32(bytes, from + HEADERS_LENGTH_AT) > length - SHORTEST) {
          reject("the headers are longer than the frame", HEADERS_LENGTH_AT);
        }
        return length;
      }

      function readFrame(bytes: Uint8Array, from: number, length: number): EventStreamFrame {
        const end = from + length - CRC;
        if (uint32(bytes, end) !== crc32(bytes, from, end)) {
          reject("the checksum of a frame does not hold", length - CRC);
        }
        const headersAt = from + PRELUDE;
        const payloadAt = headersAt + uint32(bytes, from + HEADERS_LENGTH_AT);
        if (!areAt(headersAt, payloadAt, bytes, lastBytes)) {
          const frame = bytes.subarray(from, end);
          lastHeaders = readHeaders(frame, PRELUDE, payloadAt - from, reject);
          lastBytes = new Uint8Array(frame.subarray(PRELUDE, payloadAt - from));
        }
        return { headers: { ...lastHeaders }, payload: bytes.subarray(payloadAt, end) };
      }

      return {
        push(input) {
          const chunk = new Uint8Array(input); // payloads outlive a buffer that is used again
          let from = 0; // of what has not been taken
          while (from < chunk.length) {
            const isWhole = held === 0 && chunk.length - from >= needed;
            if (!isWhole) {
              from += hold(chunk, from);
              if (held < needed) return;
            }
            const bytes = isWhole ? chunk : buffer;
            const at = isWhole ? from : 0;
            if (needed === PRELUDE) needed = readPrelude(bytes, at);
            else {
              emit(readFrame(bytes, at, needed));
              if (isWhole) from += needed;
              offset += needed;
              needed = PRELUDE;
              buffer = NOTHING;
              held = 0;
            }
          }
        },
        flush() {
          if (held === 0) return;
          throw new ParseError("Cannot decode event stream: the input ended inside a frame", {
            stage: STAGE,
            offset: offset + held,
            code: "incomplete",
          });
        },
      };
    },
    { cuttable: true },
  );
}

function areAt(from: number, end: number, bytes: Uint8Array, known: Uint8Array): boolean {
  if (end - from !== known.length) return false;
  for (let at = 0; at < known.length; at++) if (bytes[from + at] !== known[at]) return false;
  return true;
}
