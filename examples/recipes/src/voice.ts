import { setTimeout as pause } from "node:timers/promises";
import { sentences, speech } from "@millrace/buffers";
import { pipe } from "@millrace/core";
import { abortable, mapAsync } from "@millrace/flow";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

// Aborts when somebody begins to speak: then the model, the synthesizer
// and the voice stop at once.
const interruption = new AbortController();
process.once("SIGINT", () => {
  interruption.abort();
});

/**
 * In place of a synthesizer: takes its time, and gives audio for the
 * text.
 */
async function synthesize(
  text: string,
  signal: AbortSignal,
): Promise<{ text: string }> {
  await pause(20, undefined, { signal });
  return { text };
}

const { signal } = interruption;
const spoken = pipe(
  await answer(model, "How does a mill work?", signal),
  // The first unit ends at a clause, so that the voice begins early.
  // Later ones are sentences, none so short that it sounds torn off.
  sentences({ mode: speech(), trim: true }),
)
  .pipeThrough(
    // While one unit is spoken, the next is synthesized. They come in
    // their order.
    mapAsync((text, call) => synthesize(text, call.signal), {
      concurrency: 2,
    }),
  )
  // Behind all else: what the model has said by then is not spoken.
  .pipeThrough(abortable(signal, { onAbort: "end" }));

for await (const audio of spoken) console.log(`♪ ${audio.text}`);
