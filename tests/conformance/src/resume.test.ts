import { pipe, run } from "@millrace/core";
import { systemClock } from "@millrace/core/clock";
import { checkParts, collect, continueAnswer, type Collected, type Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { memoryStore, record, replay, takeOver, type Store } from "@millrace/resume";
import { decodeSse } from "@millrace/sse";
import { startReplay, type Answer, type ReplayUpstream } from "@millrace/testing/replay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { haveRecordings, isLong, recordings } from "./recordings.ts";

// Answers whose producer dies in the middle, and that another one goes on with: as it was recorded, so
// it stays, and both together are one answer.

const PLACES = isLong ? 10 : 2;

const DECODERS: Record<string, () => ReturnType<typeof decodeOpenaiChat>> = {
  "openai-chat": decodeOpenaiChat,
  "openai-responses": decodeOpenaiResponses,
  anthropic: decodeAnthropic,
};

/** Parts that a producer has recorded before it died. */
async function died(store: Store, id: string, parts: readonly Part[]): Promise<void> {
  const { epoch } = (await store.acquire(id, { lease: 1, ttl: 60_000 }))!;
  const entries = parts.map((part, index) => ({ seq: index + 1, text: JSON.stringify(part) }));
  if (entries.length > 0) await store.append(id, epoch, entries);
  await new Promise<void>((resolve) => void systemClock.after(5, resolve));
}

/** The whole answer as a reader has it that was there from the beginning, and what it is. */
async function readWhole(store: Store, id: string): Promise<Collected & { recorded: Part[] }> {
  const recorded: Part[] = [];
  for await (const part of replay<Part>({ id, store })) recorded.push(part);
  expect(run(checkParts(), recorded)).toEqual(recorded);
  return { ...(await collect(recorded)), recorded };
}

async function goOn(
  store: Store,
  id: string,
  rest: (soFar: Part[]) => Part[] | ReadableStream<Part>,
) {
  const goingOn = takeOver<Part>({ id, store }, async (stream) => {
    const soFar: Part[] = [];
    for await (const part of stream) soFar.push(part);
    return pipe(rest(soFar), continueAnswer(soFar));
  });
  await collect(goingOn);
}

describe("takeOver and continueAnswer, of an answer over HTTP", () => {
  let upstream: ReplayUpstream;
  beforeAll(async () => (upstream = await startReplay({ speed: 0, cuts: "jagged" })));
  afterAll(() => upstream.close());

  const TEXT =
    "The mill race carries 水 to the wheel 🌾, 今天水很多。 “Mühlen mahlen,” said the miller.";

  async function ask(answer: Answer): Promise<ReadableStream<Part>> {
    const response = await fetch(`${upstream.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "x-replay": latin(JSON.stringify({ answer })) },
      body: JSON.stringify({ stream: true, messages: [{ role: "user", content: "Well?" }] }),
    });
    return pipe(response.body!, decodeSse(), decodeOpenaiChat());
  }

  /** How the next model goes on with a text. */
  const WAYS: Record<string, (soFar: string) => string> = {
    exactly: (soFar) => TEXT.slice(soFar.length),
    "with its last words again": (soFar) => {
      const at = soFar.lastIndexOf(" ", soFar.length - 12);
      return TEXT.slice(at < 0 ? 0 : at + 1);
    },
    anew: () => TEXT,
  };

  test.each(Object.keys(WAYS))("Text goes on %s, whichever part was the last", async (way) => {
    const store = memoryStore();
    const whole: Part[] = [];
    for await (const part of await ask({ text: TEXT })) whole.push(part);
    for (let place = 0; place < whole.length; place++) {
      const id = `${way}-${place}`;
      await died(store, id, whole.slice(0, place));
      const { text } = await collect(whole.slice(0, place));
      const rest = await ask({ text: WAYS[way]!(text) });
      await goOn(store, id, () => rest);
      const { text: told, finishReason, error } = await readWhole(store, id);
      expect({ told, finishReason, error }, id).toEqual({
        told: TEXT,
        finishReason: "stop",
        error: undefined,
      });
    }
  });
});

describe.skipIf(!haveRecordings)("Recorded answers", () => {
  const streams = recordings(
    ({ wire, framing }) => wire !== null && wire in DECODERS && framing === "sse",
  );

  test.each(streams)(
    "$name is whole, wherever its first producer died",
    async ({ bytes, expected }) => {
      const decoded = run(decodeSse({ incomplete: "dispatch", strays: "dispatch" }), [bytes]);
      const parts = run(DECODERS[expected.wire!]!(), decoded);
      const stored = parts.map((part) => JSON.parse(JSON.stringify(part)) as Part);
      const store = memoryStore({ maxBytes: 1e9 });

      const live: Part[] = [];
      for await (const part of record(parts, { id: "whole", store })) live.push(part);
      expect(live).toEqual(parts);
      const { recorded } = await readWhole(store, "whole");
      expect(recorded).toEqual(stored);

      const before = await collect(parts);
      for (let index = 0; index < PLACES; index++) {
        const id = `cut-${index}`;
        const soFar = stored.slice(0, Math.floor((index * stored.length) / PLACES));
        await died(store, id, soFar);
        await goOn(store, id, () => parts);
        const after = await readWhole(store, id);
        expect(after.recorded.slice(0, soFar.length), id).toEqual(soFar);
        expect(after.finishReason, id).toBe(before.finishReason);
        // What is said over again to the letter is left out; what came from another block is not.
        const isOneText = parts.filter(({ type }) => type === "text-start").length === 1;
        if (isOneText) expect(after.text.endsWith(before.text.slice(-20)), id).toBe(true);
      }
    },
  );
});

/** Any text as one that a header can carry. */
function latin(text: string): string {
  return text.replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
