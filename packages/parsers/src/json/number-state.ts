/**
 * How far a number is, by what came last. It goes from left to right, and may leave out what stands
 * in brackets; it may end behind ZERO, INTEGER, FRACTION and EXPONENT.
 *
 *     [AFTER_MINUS] ─▶ ZERO | INTEGER ─▶ [DOT ─▶ FRACTION] ─▶ [E ─▶ [SIGN] ─▶ EXPONENT]
 */
export type NumberState = number;

export const NUMBER_WRONG = -1;
export const NUMBER_ENDED = 0;
export const AFTER_MINUS = 1;
export const ZERO = 2;
export const INTEGER = 3;
export const DOT = 4;
export const FRACTION = 5;
export const E = 6;
export const SIGN = 7;
export const EXPONENT = 8;
