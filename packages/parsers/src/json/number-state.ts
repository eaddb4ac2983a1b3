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
export const AFTER_MINUS = 1;
export const ZERO = 2;
export const INTEGER = 3;
export const DOT = 4;
export const FRACTION = 5;
export const E = 6;
export const SIGN = 7;
export const EXPONENT = 8;
