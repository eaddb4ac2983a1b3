/** How a stream came to its end: by itself, by a failure, or because its reader left. */
export type Ending = "closed" | "failed" | "cancelled";

/** The same stream; `onEnd` hears, once, how it ended. Nothing is read ahead of the reader. */
export function watched<T>(
  stream: ReadableStream<T>,
  onEnd: (ending: Ending) => void,
): ReadableStream<T> {
  const reader = stream.getReader();
  let isOpen = true;

  function end(ending: Ending): boolean {
    const ends = isOpen;
    isOpen = false;
    if (ends) onEnd(ending);
    return ends;
  }

  return new ReadableStream<T>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) controller.enqueue(value);
          else if (end("closed")) controller.close();
        } catch (error) {
          if (end("failed")) controller.error(error);
        }
      },
      cancel(reason) {
        const cancelled = reader.cancel(reason);
        end("cancelled"); // behind the source, which has heard of it by now
        return cancelled;
      },
    },
    { highWaterMark: 0 },
  );
}
