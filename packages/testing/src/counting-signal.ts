/** A signal that knows how many listen to it. */
export interface CountingSignal {
  readonly signal: AbortSignal;
  /** How many listeners are left. */
  readonly listeners: number;
  /** Aborts it. No listener hears of anything afterwards, so none counts any more. */
  abort(this: void, reason: unknown): void;
}

export function countingSignal(): CountingSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.defineProperties(signal, {
    addEventListener: {
      value(...parameters: Parameters<typeof add>) {
        listeners.add(parameters[1]);
        add(...parameters);
      },
    },
    removeEventListener: {
      value(...parameters: Parameters<typeof remove>) {
        listeners.delete(parameters[1]);
        remove(...parameters);
      },
    },
  });
  return {
    signal,
    get listeners() {
      return listeners.size;
    },
    abort(reason) {
      controller.abort(reason);
      listeners.clear();
    },
  };
}
