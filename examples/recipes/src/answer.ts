import { pipe } from "@millrace/core";
import { text } from "@millrace/parts";
import { ask, type Provider } from "@millrace/providers";

/**
 * The text of an answer. Where the model fails in the middle of it, so
 * does the stream, behind what came before: nobody takes a part for the
 * whole.
 */
export async function answer(
  model: Provider,
  question: string,
  signal: AbortSignal,
) {
  const parts = await ask(model, question, { signal });
  return pipe(parts, text({ throw: true }));
}
