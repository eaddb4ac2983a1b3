import type { Machine, Stage } from "./stage.ts";

/**
 * A stage as an instance of the platform's `TransformStream`, for code that insists on
 * `instanceof`. Elsewhere use the stage itself, which is a transform stream already.
 *
 * What the class loses: outputs that wait to be read are thrown away when the stage throws or the
 * upstream fails; the stage's `fail` does not run when the upstream fails; the source does not hear
 * the reason of `end`; a long chunk is not sliced. An error in `start` is thrown by this call.
 *
 * @example
 * ```ts
 * import { map, toTransformStream } from "@millrace/core";
 *
 * toTransformStream(map(String)) instanceof TransformStream; // => true
 * ```
 */
export function toTransformStream<I, O>(stage: Stage<I, O>): TransformStream<I, O> {
  let machine: Required<Machine<I>> | undefined;
  return new TransformStream<I, O>({
    start(controller) {
      machine = stage.start(
        (output) => controller.enqueue(output),
        () => controller.terminate(),
      );
    },
    transform(input) {
      machine?.push(input);
    },
    flush() {
      machine?.flush();
    },
  });
}
