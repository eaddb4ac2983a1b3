import { map, pipe } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { dataOf } from "./answer-event.ts";
import { post, type Conversation, type Hooks, type NumberedEvent } from "./ask.ts";
import { tapped } from "./tap.ts";

/** Asks several models the same at once: one stream, each event with the key of its model. */
export function askModels(
  prompt: string,
  models: readonly string[],
  { headers, onConnect }: Hooks,
): Conversation {
  const left = new AbortController();

  async function* events(): AsyncGenerator<NumberedEvent> {
    const { signal } = left;
    const response = await post("/v1/compare", { prompt, models }, { headers, signal });
    const { body } = tapped(response, onConnect());
    yield* pipe(
      body!,
      decodeSse(),
      map((event) => ({ seq: undefined, data: dataOf(event) })),
    );
  }

  return { events: events(), cancel: () => left.abort() };
}
