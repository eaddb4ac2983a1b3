import { pipe } from "@millrace/core";
import { text } from "@millrace/parts";
import { ask } from "@millrace/providers";
import { modelOf } from "./model.ts";

// The second one is asked when the first has failed for good, also in
// mid-sentence: it is shown what has been said, and goes on from there.
// What it repeats of that is left out.
const parts = await ask(
  [modelOf("first"), modelOf("second")],
  "How does a mill work?",
  {
    timeout: { first: 10_000, idle: 20_000 }, // silence is a failure, too
    onResponse: (response, provider) => {
      console.error(`${provider.name}: ${response.status}`);
    },
  },
);

for await (const piece of pipe(parts, text()))
  process.stdout.write(piece);
