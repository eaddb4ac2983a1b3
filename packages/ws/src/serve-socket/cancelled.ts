/** The newest names that were cancelled, of each handler. */
const cancelled = new WeakMap<object, Set<string>>();
const MOST_REMEMBERED = 1_024;

/**
 * Remembers that a stream is not wanted, for its `open` may still come: on a connection that its
 * client has given up, behind the `cancel` that came by the next one.
 */
export function rememberCancelled(handler: object, name: string): void {
  const names = cancelled.get(handler) ?? new Set<string>();
  cancelled.set(handler, names.add(name));
  if (names.size > MOST_REMEMBERED) names.delete(names.values().next().value!);
}

export function wasCancelled(handler: object, name: string): boolean {
  return cancelled.get(handler)?.has(name) === true;
}

/** What a stream fails with that was cancelled before it began. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
  readonly code = "cancelled";

  constructor(name: string) {
    super(`Cannot begin ${name}: it was cancelled`);
  }
}
