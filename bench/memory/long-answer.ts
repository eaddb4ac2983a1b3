import { cutBytes } from "../inputs/chunks.ts";
import { openaiChatEvents } from "../inputs/openai-chat.ts";

const EVENTS = 2_000; // that are said over and over
const EVENTS_OF_THE_END = 3; // the reason, the usage, the mark

/** A chat answer of OpenAI that is as long as asked, and what it says. */
export interface LongAnswer {
  open: () => ReadableStream<Uint8Array>;
  textLength: number;
}

export function longAnswer(bytes: number): LongAnswer {
  const events = openaiChatEvents(EVENTS, "plain");
  const [begin, middle, end] = [
    events.slice(0, 1),
    events.slice(1, -EVENTS_OF_THE_END),
    events.slice(-EVENTS_OF_THE_END),
  ].map((some) => cutBytes(some, "64 KiB chunks"));
  const middleBytes = middle!.reduce((sum, chunk) => sum + chunk.length, 0);
  const times = Math.ceil(bytes / middleBytes);
  return {
    open: () => bodyOf([begin!, ...Array.from({ length: times }, () => middle!), end!]),
    textLength: times * lengthOf(events),
  };
}

function lengthOf(events: readonly string[]): number {
  let length = 0;
  for (const event of events.slice(1, -EVENTS_OF_THE_END)) {
    const { choices } = JSON.parse(event.slice("data: ".length)) as {
      choices: { delta: { content: string } }[];
    };
    length += choices[0]!.delta.content.length;
  }
  return length;
}

/** As `fetch` gives it: a buffer of its own for each chunk, made when it is asked for. */
function bodyOf(runs: readonly (readonly Uint8Array[])[]): ReadableStream<Uint8Array> {
  const chunks = runs.values();
  let run = chunks.next().value?.values();
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      await Promise.resolve();
      let next = run?.next();
      if (next?.done === true) {
        run = chunks.next().value?.values();
        next = run?.next();
      }
      if (next === undefined) controller.close();
      else controller.enqueue(new Uint8Array(next.value!));
    },
  });
}
