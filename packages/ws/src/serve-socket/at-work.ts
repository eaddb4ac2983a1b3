interface Work {
  readonly begun: Promise<unknown>;
  hasBegun: boolean;
}

/** The streams that each handler is at work on in this process, by name. */
const atWork = new WeakMap<object, Map<string, Work>>();

/**
 * Has a handler begin a stream, unless it is at work on one of that name: a client that has lost its
 * connection asks again before this side has noticed, and both must not begin. It is at work until
 * it has begun and `over` resolves, or has failed to begin.
 *
 * Gives what it begins, or the promise of what is under way: whoever gets that looks again for what
 * has begun.
 */
export function beginOnce<T>(
  handler: object,
  name: string,
  begin: () => Promise<T>,
  over: Promise<void>,
): { begun: Promise<T> } | { underWay: Promise<unknown> } {
  const names = atWork.get(handler) ?? new Map<string, Work>();
  atWork.set(handler, names);
  const underWay = names.get(name);
  if (underWay !== undefined) return { underWay: underWay.begun };
  const begun = begin();
  const work: Work = { begun, hasBegun: false };
  names.set(name, work);
  const forget = () => names.delete(name);
  void begun
    .then(() => {
      work.hasBegun = true;
      return over;
    })
    .then(forget, forget);
  return { begun };
}

/** A stream that a handler is about to begin: settles when it has, or will not. */
export function beginningOf(handler: object, name: string): Promise<unknown> | undefined {
  const work = atWork.get(handler)?.get(name);
  return work?.hasBegun === false ? work.begun : undefined;
}
