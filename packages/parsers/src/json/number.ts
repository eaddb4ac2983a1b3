import { DIGIT_0, isDigit, MINUS, PLUS, POINT, SMALL_E, toSmall } from "./characters.ts";

/**
 * How far a number is: by its last character, and what came before.
 *
 *        ┌──────────▶ZERO────────┐────────────────┐
 *     (MINUS)            └──────▶│▶(DOT)─▶FRACTION┤▶(E)─▶(SIGN)─▶EXPONENT
 *        └──────────▶INTEGER─────┘────────────────┘  └──────────────▲
 *
 * It may end in those without brackets. FRACTION, INTEGER and EXPONENT go on with every digit.
 */
export type NumberState = number;

export const NUMBER_WRONG = -1;
export const NUMBER_ENDED = 0;
const AFTER_MINUS = 1;
const ZERO = 2;
const INTEGER = 3;
const DOT = 4;
const FRACTION = 5;
const E = 6;
const SIGN = 7;
const EXPONENT = 8;

/** Begins a number with a digit or a minus. */
export function beginNumber(code: number): NumberState {
  if (code === MINUS) return AFTER_MINUS;
  return code === DIGIT_0 ? ZERO : INTEGER;
}

/** Goes on; gives `NUMBER_ENDED` for what does not belong to the number, `NUMBER_WRONG` for what must not stand there. */
export function continueNumber(state: NumberState, code: number): NumberState {
  if (isDigit(code)) {
    if (state === ZERO) return NUMBER_WRONG;
    if (state === AFTER_MINUS) return beginNumber(code);
    return state === DOT ? FRACTION : state < E ? state : EXPONENT;
  }
  if (code === POINT) return state === ZERO || state === INTEGER ? DOT : NUMBER_WRONG;
  if (toSmall(code) === SMALL_E) return isNumber(state) && state < E ? E : NUMBER_WRONG;
  if (code === MINUS || code === PLUS) return state === E ? SIGN : NUMBER_WRONG;
  return isNumber(state) ? NUMBER_ENDED : NUMBER_WRONG;
}

/** Whether any digit leaves the number in the same state. */
export function goesOnWithDigits(state: NumberState): boolean {
  return state === INTEGER || state === FRACTION || state === EXPONENT;
}

/** Whether the number may end here. */
export function isNumber(state: NumberState): boolean {
  return state === ZERO || goesOnWithDigits(state);
}
