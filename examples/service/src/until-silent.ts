/**
 * A body that fails when its sender says nothing for a while. Only the time that a reader waits
 * counts: one that does not read is no fault of the sender.
 */
export function untilSilent(
  body: ReadableStream<Uint8Array>,
  idleTimeout: number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        const silence = startSilence(idleTimeout);
        try {
          const { done, value } = await Promise.race([reader.read(), silence.broken]);
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          reader.cancel(error).catch(ignore);
          throw error;
        } finally {
          silence.stop();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

interface Silence {
  /** Rejects after so many milliseconds; never resolves. */
  broken: Promise<never>;
  stop: () => void;
}

function startSilence(milliseconds: number): Silence {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const broken = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(silent(milliseconds));
    }, milliseconds);
  });
  return {
    broken,
    stop() {
      clearTimeout(timer);
    },
  };
}

export function silent(milliseconds: number): DOMException {
  const message = `The upstream has been silent for ${milliseconds} ms.`;
  return new DOMException(message, "TimeoutError");
}

function ignore(): void {
  // The body had failed already.
}
