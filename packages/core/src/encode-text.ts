import { stage, type Stage } from "./stage.ts";
import { endsInHalf } from "./text/surrogates.ts";

/**
 * Text as UTF-8 bytes.
 *
 * - **In / Out:** strings, cut anywhere, also inside a surrogate pair; their bytes.
 * - **When:** at once, but for a high surrogate at the end of a chunk, which waits for its half.
 * - **Errors:** none. A lone surrogate becomes U+FFFD.
 * - **Cost:** one call of the platform's encoder a chunk.
 * - **Source:** Encoding standard, `TextEncoderStream`.
 *
 * @example
 * ```ts
 * import { encodeText, run } from "@millrace/core";
 *
 * run(encodeText(), ["é"]); // => [new Uint8Array([0xc3, 0xa9])]
 * ```
 */
export function encodeText(): Stage<string, Uint8Array<ArrayBuffer>> {
  return stage(
    (emit) => {
      const encoder = new TextEncoder();
      let held = ""; // a high surrogate, or nothing

      function put(text: string): void {
        if (text !== "") emit(encoder.encode(text));
      }

      function flush(): void {
        const text = held;
        held = "";
        put(text);
      }

      return {
        push(chunk) {
          if (chunk === "") return;
          const text = held + chunk;
          held = endsInHalf(text) ? text.slice(-1) : "";
          put(held === "" ? text : text.slice(0, -1));
        },
        flush,
        fail: flush,
      };
    },
    { cuttable: true },
  );
}
