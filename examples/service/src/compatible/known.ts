/** Fields that are there: an API that gets `null` for "not said" means the same by it. */
export function known<T extends object>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined | null> } {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined | null> };
}
