// What stands in them is not the provider's.
const FOREIGN: ReadonlySet<string> = new Set(["arguments", "metadata"]);
const DEEPEST = 8; // fields of the format lie less deep

/** The same value with its fields, also those inside, under other names. */
export function renameFields(
  value: unknown,
  names: Readonly<Record<string, string>>,
  depth = 0,
): unknown {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => renameFields(item, names, depth + 1));
  const entries = Object.entries(value).map(([key, field]) => [
    Object.hasOwn(names, key) ? names[key]! : key,
    FOREIGN.has(key) ? (field as unknown) : renameFields(field, names, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
