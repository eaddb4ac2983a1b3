import { operator, type Operator } from "./operator.ts";
import { relay } from "./relay.ts";

export interface AbortableOptions<L> {
  /**
   * How the stream ends: with the signal's reason as its error, as if it were complete, or with a
   * last item made of the reason. Default `"error"`.
   */
  onAbort?: "error" | "end" | ((reason: unknown) => L);
}

/**
 * Ends a stream when a signal aborts.
 *
 * - **In / Out:** the same items; a last one, if asked for.
 * - **When:** at once, also while a read is pending, and if the signal has aborted before.
 * - **Errors:** the signal's reason, behind every item that a reader could have had; what `onAbort`
 *   throws. A decoder below closes its open blocks when it hears of it.
 * - **Cancel:** the source is cancelled with the signal's reason. No listener is left on the signal
 *   once the stream is over.
 * - **Cost:** one listener; one read an item.
 *
 * @example
 * ```ts
 * import { pipe } from "@millrace/core";
 * import { abortable, toArray } from "@millrace/flow";
 *
 * const controller = new AbortController();
 * async function* hangs() {
 *   yield { text: "mill" };
 *   controller.abort("cancelled");
 *   await new Promise(() => {});
 * }
 * const onAbort = (verdict: unknown) => ({ verdict });
 * await toArray(pipe(hangs()).pipeThrough(abortable(controller.signal, { onAbort })));
 * // => [{ text: "mill" }, { verdict: "cancelled" }]
 * ```
 */
export function abortable<T, L = never>(
  signal: AbortSignal,
  { onAbort = "error" }: AbortableOptions<L> = {},
): Operator<T, T | NoInfer<L>> {
  return operator((source) => {
    const { readable, fail, end } = relay<T, L>(source, {
      onOver() {
        signal.removeEventListener("abort", abort);
      },
    });

    function abort(): void {
      const reason: unknown = signal.reason;
      if (onAbort === "error") fail(reason);
      else if (onAbort === "end") end(reason);
      else endWith(onAbort, reason);
    }

    function endWith(last: (reason: unknown) => L, reason: unknown): void {
      try {
        end(reason, last(reason));
      } catch (error) {
        fail(error);
      }
    }

    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    return readable;
  });
}
