import type { Emit } from "../stage.ts";
import { endsInHalf } from "./surrogates.ts";

/** Hands on text that never ends within a surrogate pair. */
export interface WholeCharacters {
  put(this: void, text: string): void;
  /** No text follows: hands on also half a pair. */
  finish(this: void, text?: string): void;
}

/**
 * Holds back half a surrogate pair at the end of a text until the other half comes, so that what
 * `emit` gets may be cut anywhere but in a character.
 *
 * @example
 * ```ts
 * import { wholeCharacters } from "@millrace/core/text";
 *
 * const texts: string[] = [];
 * const whole = wholeCharacters((text) => texts.push(text));
 * whole.put("mill \ud83c");
 * whole.put("\udf3e!");
 * whole.finish();
 * texts; // => ["mill ", "🌾!"]
 * ```
 */
export function wholeCharacters(emit: Emit<string>): WholeCharacters {
  let half = ""; // a high surrogate whose low one may follow

  function finish(text = ""): void {
    const whole = half + text;
    half = "";
    if (whole !== "") emit(whole);
  }

  return {
    put(text) {
      if (text === "") return;
      const to = endsInHalf(text) ? text.length - 1 : text.length;
      finish(text.slice(0, to));
      half = text.slice(to); // behind `emit`: where that throws, nobody has come to the half
    },
    finish,
  };
}
