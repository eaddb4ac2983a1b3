import { DIGIT_0, isDigit, MINUS, PLUS, POINT, SMALL_E, toSmall } from "./characters.ts";
import {
  AFTER_MINUS,
  DOT,
  E,
  EXPONENT,
  FRACTION,
  INTEGER,
  NUMBER_ENDED,
  NUMBER_WRONG,
  SIGN,
  type NumberState,
  ZERO,
} from "./number-state.ts";

/** Begins a number with a digit or a minus. */
export function beginNumber(code: number): NumberState {
  if (code === MINUS) return AFTER_MINUS;
  return code === DIGIT_0 ? ZERO : INTEGER;
}

/**
 * Goes on. Gives `NUMBER_ENDED` for what is behind the number, and `NUMBER_WRONG` for what can be
 * neither there nor in it.
 */
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
