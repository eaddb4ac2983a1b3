import type { Emit } from "@millrace/core";

const HIGH_SURROGATES = 0xd800;
const LOW_SURROGATES = 0xdc00;
const LAST_UNIT = 0xffff;

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

/** Whether the last unit is the first half of a character. */
export function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= HIGH_SURROGATES && last < LOW_SURROGATES;
}

/** Whether two units there are one character. */
export function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > LAST_UNIT;
}
