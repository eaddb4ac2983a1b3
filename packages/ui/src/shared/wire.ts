/** What came over the wire: any field may be missing, null, or of another type than promised. */
export type Wire = Readonly<Record<string, unknown>>;

const NOTHING: Wire = {};

/** The fields of an object; none of anything else. */
export function fields(value: unknown): Wire {
  return typeof value === "object" && value !== null ? (value as Wire) : NOTHING;
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Those of the named fields that are there. */
export function pick<T>(wire: Wire, ...names: readonly (keyof T & string)[]): Partial<T> {
  const entries = names.filter((name) => wire[name] !== undefined && wire[name] !== null);
  return Object.fromEntries(entries.map((name) => [name, wire[name]])) as Partial<T>;
}

export function isJson(input: string): boolean {
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}
