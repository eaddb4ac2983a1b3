import { map, pipe } from "@millrace/core";
import { text, type Part } from "@millrace/parts";
import { ask, ProviderError, type Provider } from "@millrace/providers";

/**
 * The text of an answer. Where the model fails in the middle of it, so
 * does the stream, behind what came before: `text()` alone would just
 * end.
 */
export async function answer(
  model: Provider,
  question: string,
  signal: AbortSignal,
) {
  const parts = await ask(model, question, { signal });
  return pipe(parts, map(failing), text());

  function failing(part: Part): Part {
    if (part.type !== "error") return part;
    throw new ProviderError({ provider: model.name, error: part.error });
  }
}
