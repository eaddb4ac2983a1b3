/** What a stream gave until it ended, and what it failed with. */
export async function outcomeOf<T>(
  stream: ReadableStream<T>,
): Promise<{ items: T[]; error?: unknown }> {
  const items: T[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items };
  } catch (error) {
    return { items, error };
  }
}
