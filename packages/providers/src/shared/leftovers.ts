import type { ProviderMetadata } from "@millrace/parts";
import { metadata, type Answer } from "./answer.ts";
import { fields } from "./wire.ts";

/** The fields that a decoder reads, each with the type, as `typeof` has it, in which it does. */
export type UsedFields = ReadonlyMap<string, string>;

/** The field is read in whatever type it comes. */
export const ANY = "any";

/** Fields that a decoder has no use for: the last value of each, for the `finish` part. */
export interface Leftovers {
  /**
   * Takes the fields that say something and are not among those used. In an increment, objects and
   * lists are not replaced by later ones: these go to `increment`.
   */
  take(value: unknown, used: UsedFields, increment?: (key: string, field: object) => void): void;
  readonly values: ReadonlyMap<string, unknown>;
}

export function leftovers(hold: (length: number) => void): Leftovers {
  const values = new Map<string, unknown>();
  return {
    take(value, used, increment) {
      const all = fields(value);
      for (const key in all) {
        const field = all[key];
        if (!isLeft(key, field, used)) continue;
        if (increment !== undefined && typeof field === "object" && field !== null) {
          if (Object.values(field).some((inner) => inner !== null)) increment(key, field);
          continue;
        }
        if (!values.has(key)) hold(key.length);
        values.set(key, field);
      }
    },
    values,
  };
}

/** The fields of one thing that a decoder has no use for, for the part that tells of it. */
export function leftoversOf(
  answer: Answer,
  value: unknown,
  used: UsedFields,
): { providerMetadata: ProviderMetadata } | undefined {
  const left = Object.entries(fields(value)).filter(([key, field]) => isLeft(key, field, used));
  return left.length > 0 ? metadata(answer, Object.fromEntries(left)) : undefined;
}

function isLeft(key: string, field: unknown, used: UsedFields): boolean {
  if (field === undefined || field === null || field === "") return false;
  const type = used.get(key);
  return type !== ANY && type !== typeof field;
}
