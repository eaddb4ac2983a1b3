// What the tests of `sseResponse` share.
export const OPEN = ": open\n\n";
export const DONE = 'event: done\ndata: {"done":true}\nid: done\n\n';
export const FAILED =
  "event: error\ndata: " +
  JSON.stringify({
    error: { kind: "server", message: "The stream failed.", retryable: true },
  }) +
  "\n";

/** A request that tells how many listen to its signal. */
export function requestWith(headers: Record<string, string>) {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  return {
    headers: new Headers(headers),
    signal,
    abort: (reason: unknown) => {
      controller.abort(reason);
    },
    listeners: () => Math.max(0, listeners),
  };
}

/** The text of each chunk; `undefined` at the end. */

/** The text of each chunk; `undefined` at the end. */
export function readerOf(response: Response) {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  return {
    async next() {
      const { value } = await reader.read();
      return value && decoder.decode(value);
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  };
}

/** Gives what it is given to give. */

/** Gives what it is given to give. */
export function byHand<T>() {
  let controller!: ReadableStreamDefaultController<T>;
  const readable = new ReadableStream<T>({
    start(given) {
      controller = given;
    },
  });
  return {
    readable,
    give: (item: T) => {
      controller.enqueue(item);
    },
    end: () => {
      controller.close();
    },
  };
}

/** Notes every time it is cancelled; without items it is silent. */

/** Notes every time it is cancelled; without items it is silent. */
export function cancellations(items?: string[]) {
  const reasons: unknown[] = [];
  const readable = new ReadableStream<string>({
    start(controller) {
      if (items === undefined) return;
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
    cancel(reason) {
      reasons.push(reason);
    },
  });
  return { readable, reasons };
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

export async function pending(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise, turn().then(() => turn)])) === turn;
}
