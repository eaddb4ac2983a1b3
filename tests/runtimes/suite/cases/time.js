import { words } from "@millrace/buffers";
import { pipe } from "@millrace/core";
import { merge, smooth, tee, timeout } from "@millrace/flow";
import { equal, failureOf, readAll } from "../expect.js";

async function* hangs() {
  yield "mill";
  await new Promise(() => {});
}

export const time = {
  async "Streams are merged, and one read twice"() {
    const answers = await readAll(merge({ fast: ["Two.", "Yes."], careful: ["2"] }));
    equal(answers.map(String).toSorted(), ["careful,2", "fast,Two.", "fast,Yes."]);
    const [one, other] = tee(pipe(["mill", "race"]));
    equal(await Promise.all([readAll(one), readAll(other)]), [
      ["mill", "race"],
      ["mill", "race"],
    ]);
  },

  async "A burst is smoothed"() {
    const paced = pipe(["The mill tu", "rns."]).pipeThrough(smooth({ by: words(), latency: 20 }));
    equal(await readAll(paced), ["The ", "mill ", "turns."]);
  },

  async "A stream that hangs times out"() {
    const error = await failureOf(readAll(pipe(hangs()).pipeThrough(timeout({ idle: 20 }))));
    equal(error.name, "TimeoutError");
  },
};
