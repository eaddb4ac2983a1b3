/** The same stream; `tell` is called once, when it has ended, failed, or was cancelled. */
export function whenOver<T>(source: ReadableStream<T>, tell: () => void): ReadableStream<T> {
  const reader = source.getReader();
  let isOver = false;

  function over(): void {
    if (!isOver) tell();
    isOver = true;
  }

  return new ReadableStream<T>(
    {
      async pull(outlet) {
        try {
          const { done, value } = await reader.read();
          if (isOver) return;
          if (!done) {
            outlet.enqueue(value);
            return;
          }
          over();
          outlet.close();
        } catch (error) {
          over();
          throw error;
        }
      },
      cancel(reason) {
        over();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
