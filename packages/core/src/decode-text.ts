import { ParseError } from "./errors.ts";
import { isBytes } from "./text/is-bytes.ts";
import { stage, type Stage } from "./stage.ts";

export interface DecodeTextOptions {
  /** Malformed UTF-8 is a `ParseError` instead of U+FFFD. Default `false`. */
  fatal?: boolean;
  /** A byte order mark at the start stays in the text. Default `false`. */
  ignoreBOM?: boolean;
}

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * UTF-8 bytes as text; strings pass, so that it can stand first in any pipeline.
 *
 * - **In / Out:** `Uint8Array`s cut anywhere, strings, or both mixed; strings, never empty. One
 *   byte order mark at the very start is dropped.
 * - **When:** each character as soon as its last byte is there.
 * - **Errors:** with `fatal`, a `ParseError` (`parse`) behind the last good character; its offset
 *   counts the UTF-16 units before it. Otherwise each malformed sequence becomes U+FFFD.
 * - **Cost:** one call of the platform's decoder a chunk.
 * - **Source:** Encoding standard, `TextDecoder`; equal to it over the whole input for every cut.
 *
 * @example
 * ```ts
 * import { decodeText, run } from "@millrace/core";
 *
 * run(decodeText(), [new Uint8Array([0xc3]), new Uint8Array([0xa9, 0x21])]); // => ["é!"]
 * ```
 */
export function decodeText(options: DecodeTextOptions = {}): Stage<Uint8Array | string, string> {
  const { fatal = false, ignoreBOM = false } = options;
  return stage(
    (emit) => {
      // The mark is taken off here, once, whether it came as bytes or as text.
      const decoder = new TextDecoder("utf-8", { fatal, ignoreBOM: true });
      let started = ignoreBOM; // nothing can be a byte order mark any more
      let offset = 0; // UTF-16 units decoded
      let unfinished = NO_BYTES; // with `fatal`: the bytes that the decoder holds

      function put(text: string): void {
        if (text === "") return;
        offset += text.length;
        const out = !started && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
        started = true;
        if (out !== "") emit(out);
      }

      function decode(bytes: Uint8Array, stream: boolean): void {
        let text: string;
        try {
          text = decoder.decode(bytes, { stream });
        } catch {
          put(goodPrefix(concat(unfinished, bytes)));
          throw new ParseError("Cannot decode text: malformed UTF-8", {
            stage: "decodeText",
            offset,
          });
        }
        put(text);
        if (!fatal) return;
        unfinished = unfinishedTail(concat(unfinished, bytes.subarray(-LONGEST_SEQUENCE)));
      }

      function flush(): void {
        decode(NO_BYTES, false);
        unfinished = NO_BYTES;
      }

      return {
        push(chunk) {
          if (typeof chunk !== "string") decode(asBytes(chunk), true);
          else if (chunk !== "") {
            flush(); // what a string follows is as finished as it will get
            put(chunk);
          }
        },
        flush,
      };
    },
    { cuttable: true },
  );
}

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array();
const LONGEST_SEQUENCE = 4;

function asBytes(chunk: Uint8Array): Uint8Array {
  if (isBytes(chunk)) return chunk;
  throw new TypeError("Cannot decode text: a chunk is neither bytes nor a string");
}

/** The text before the first malformed byte: the platform's decoder throws it away. */
function goodPrefix(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  try {
    for (let index = 0; index < bytes.length; index++) {
      text += decoder.decode(bytes.subarray(index, index + 1), { stream: true });
    }
  } catch {
    // This byte is the malformed one.
  }
  return text;
}

/** The sequence that well-formed bytes break off in. */
function unfinishedTail(bytes: Uint8Array): Uint8Array {
  for (let length = 1; length < LONGEST_SEQUENCE && length <= bytes.length; length++) {
    const byte = bytes[bytes.length - length]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length < whole ? bytes.slice(-length) : NO_BYTES;
    }
  }
  return NO_BYTES;
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
