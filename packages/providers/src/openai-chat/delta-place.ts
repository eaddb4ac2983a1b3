import type { DeltaPlace } from "../shared/foresee-delta.ts";
import { CHUNK_FIELDS, GROQ } from "./read-chat.ts";
import { fields, list, text, type Wire } from "../shared/wire.ts";

const DELTA_KEYS = ["content", "reasoning", "reasoning_content"];
const PADDING_KEYS = ["obfuscation", "p"]; // random strings that hide a delta's length

/** Where a chunk has the delta that is all it gave: at the one key that says something. */
export function chatDeltaPlace(chunk: Wire): DeltaPlace | undefined {
  const delta = fields(fields(list(chunk["choices"])[0])["delta"]);
  if (list(delta["reasoning_details"]).length > 0) return undefined;
  const [key, another] = DELTA_KEYS.filter((field) => text(delta[field]) !== "");
  if (key === undefined || another !== undefined) return undefined;
  const padding = PADDING_KEYS.find((field) => typeof chunk[field] === "string");
  const countsTokens = isObject(chunk["usage"]);
  const object = countsTokens ? "usage" : Object.keys(chunk).find(isLeft);
  return { key, delta: delta[key], padding, object, countsTokens };

  /** Such as llama.cpp's timings, of which the last ones count. */
  function isLeft(field: string): boolean {
    return !CHUNK_FIELDS.has(field) && field !== GROQ && isObject(chunk[field]);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
