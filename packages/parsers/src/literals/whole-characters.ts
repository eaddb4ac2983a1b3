import type { Emit } from "@millrace/core";
import { endsInHalf } from "@millrace/core/text";

/** Emits text that never ends within a surrogate pair. */
export interface WholeCharacters {
  put(text: string): void;
  /** No text follows: emits also half a pair. */
  finish(text: string): void;
}

export function wholeCharacters(emit: Emit<string>): WholeCharacters {
  let half = ""; // a high surrogate whose low one may follow

  function finish(text: string): void {
    const whole = half + text;
    half = "";
    if (whole !== "") emit(whole);
  }

  return {
    put(text) {
      if (text === "") return;
      if (!endsInHalf(text)) {
        finish(text);
        return;
      }
      const whole = half + text.slice(0, -1);
      half = text.slice(-1);
      if (whole !== "") emit(whole);
    },
    finish,
  };
}
