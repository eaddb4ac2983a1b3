export { holdText, type HeldText } from "./held-text.ts";
export { isBytes } from "./is-bytes.ts";
export { DEFAULT_MAX_OVERLAP, findOverlap, type Overlap } from "./overlap.ts";
export { endsInHalf, isPair } from "./surrogates.ts";
export { DEFAULT_MAX_LENGTH, unitLimit, type UnitLimit } from "./unit-limit.ts";
export { wholeCharacters, type WholeCharacters } from "./whole-characters.ts";
