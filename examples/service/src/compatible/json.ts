import { z } from "zod";

const DEEPEST = 512;

export type JsonObject = Record<string, unknown>;

/**
 * An object of which the service reads nothing: it goes on to the provider as it is. So it is only
 * looked at for what would harm whoever writes it down again.
 */
export const jsonObject = z.custom<JsonObject>(
  (value) => isObject(value) && isHarmless(value),
  "expected an object, with no more than 512 levels and no key __proto__",
);

/** The same of any value. */
export const jsonValue = z.custom<unknown>(
  isHarmless,
  "expected no more than 512 levels and no key __proto__",
);

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Goes through the levels in turn: it may be nested deeper than functions can call each other. */
function isHarmless(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return false;
    const containers = level.filter((one) => typeof one === "object" && one !== null);
    if (containers.some((one) => Object.hasOwn(one, "__proto__"))) return false;
    level = containers.flatMap((one): unknown[] => Object.values(one));
  }
  return true;
}
