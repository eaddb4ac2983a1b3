/** The streams that each handler is at work on in this process, by name. */
const atWork = new WeakMap<object, Map<string, Promise<unknown>>>();

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
  const names = atWork.get(handler) ?? new Map<string, Promise<unknown>>();
  atWork.set(handler, names);
  const underWay = names.get(name);
  if (underWay !== undefined) return { underWay };
  const begun = begin();
  names.set(name, begun);
  const forget = () => names.delete(name);
  void begun.then(() => over).then(forget, forget);
  return { begun };
}
