/** A list that has anything in it: some APIs refuse an empty one, where none at all is meant. */
export function filled<T>(items: readonly T[] | undefined): readonly T[] | undefined {
  return items?.length === 0 ? undefined : items;
}
