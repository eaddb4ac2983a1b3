/** Lays fields over those of a body: objects are merged, anything else takes the place of what was. */
export function layOver(body: object, fields: Readonly<Record<string, unknown>> = {}): object {
  const merged = new Map<string, unknown>(Object.entries(body));
  for (const [name, value] of Object.entries(fields)) {
    const before = merged.get(name);
    merged.set(name, isPlain(before) && isPlain(value) ? layOver(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
