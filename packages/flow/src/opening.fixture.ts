import type { MakeOperator } from "@millrace/testing";

/**
 * What opens its source by itself, as an operator for the laws. A source that it was cancelled
 * before it opened is the opener's to let go of: so it is here.
 */
export function opening<T>(
  make: (
    open: () => ReadableStream<T>,
    world: Parameters<MakeOperator<T, T>>[0],
  ) => ReadableStream<T>,
): MakeOperator<T, T> {
  return (world) => (source) => {
    let opened = false;
    const open = () => {
      opened = true;
      return source;
    };
    const reader = make(open, world).getReader();
    return new ReadableStream<T>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        async cancel(reason) {
          await reader.cancel(reason);
          if (!opened) await source.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  };
}
