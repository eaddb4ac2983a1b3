import { stage, type Stage } from "@millrace/core";

/**
 * The same text in fewer pieces: what one input makes comes out as one. Each piece of a stream costs a
 * promise and is encoded by itself, which is more than what most stages cost for a word. Nothing is later
 * by it: one input makes all of its outputs at once.
 */
export function together<I>(of: Stage<I, string>): Stage<I, string> {
  return stage(
    (emit, end) => {
      let held: string[] = [];

      function give(): void {
        const text = held.join("");
        held = [];
        if (text !== "") emit(text);
      }

      const inner = of.start(
        (text) => held.push(text),
        (reason) => {
          give();
          end(reason);
        },
      );

      function run(step: () => void): void {
        try {
          step();
        } finally {
          give(); // before the error, if there is one
        }
      }

      return {
        push: (input) => run(() => inner.push(input)),
        flush: () => run(() => inner.flush()),
        fail: (reason) => run(() => inner.fail(reason)),
      };
    },
    // Slices of a long input are given one by one, so that a piece is no longer than what they make.
    { cuttable: true },
  );
}
