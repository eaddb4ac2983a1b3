import { pipe } from "@millrace/core";
import { failover, type FailoverContext } from "@millrace/flow";
import {
  checkParts,
  collect,
  isFailurePart,
  joinHops,
  type Collected,
  type Part,
} from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { startReplay, type Answer, type ReplayUpstream } from "@millrace/testing/replay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// One answer of several connections that break: over real HTTP, cut off at bytes.

type Ask = (context: FailoverContext<Part>) => Promise<ReadableStream<Part>>;

const PLACES = 8;

const TEXT: Answer = {
  text: "The mill race carries 水 to the wheel 🌾, 今天水很多。 “Mühlen mahlen,” said the miller, 1,024 times.",
};
const CALLS = {
  toolCalls: [
    { id: "call_a", name: "weather", arguments: '{"city":"Köln","days":[1,2,3]}' },
    { id: "call_b", name: "note", arguments: '{"text":"水車🌾 turns","done":false}' },
  ],
};

describe("failover, joinHops and isFailurePart", () => {
  let upstream: ReplayUpstream;
  beforeAll(async () => (upstream = await startReplay({ speed: 0, cuts: "jagged" })));
  afterAll(() => upstream.close());

  async function ask(answer: Answer, signal: AbortSignal, dieAfter?: number) {
    const fail = dieAfter === undefined ? null : { kind: "disconnect", afterBytes: dieAfter };
    const response = await fetch(`${upstream.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "x-replay": latin(JSON.stringify({ answer, fail })) },
      body: JSON.stringify({ stream: true, messages: [{ role: "user", content: "Well?" }] }),
      signal,
    });
    const sse = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
    return pipe(response.body!, sse, decodeOpenaiChat());
  }

  /** What comes of a first source that dies after so many bytes, and the next ones. */
  async function answerOf(first: Answer, dieAfter: number, ...rest: Ask[]) {
    const parts: Part[] = [];
    const opens: Ask[] = [({ signal }) => ask(first, signal, dieAfter), ...rest];
    const stream = failover(opens, { join: () => joinHops(), isFailure: isFailurePart });
    const result = await collect(pipe(stream, checkParts()), { parts: true });
    for (const part of result.parts) parts.push(part);
    expect(parts.filter(({ type }) => type === "finish")).toHaveLength(1);
    return result;
  }

  /** Places in the bytes of an answer, in the middle of characters too. */
  async function places(answer: Answer): Promise<number[]> {
    const { signal } = new AbortController();
    const index = upstream.requests.length;
    await collect(await ask(answer, signal));
    const { bytesSent } = await upstream.request(index);
    return Array.from({ length: PLACES }, (_, n) => 1 + Math.floor((n * (bytesSent - 2)) / PLACES));
  }

  const soFarOf = async ({ soFar = [] }: FailoverContext<Part>) => (await collect(soFar)).text;

  /** How the next source goes on with a text. */
  const WAYS: Record<string, (text: string, soFar: string) => string> = {
    exactly: (text, soFar) => text.slice(soFar.length),
    "with its last words again": (text, soFar) => {
      const at = soFar.lastIndexOf(" ", soFar.length - 12);
      return text.slice(at < 0 ? 0 : at + 1);
    },
    anew: (text) => text,
  };

  test.each(Object.keys(WAYS))("Text goes on %s, whichever byte was the last", async (way) => {
    for (const dieAfter of await places(TEXT)) {
      const next: Ask = async (context) => {
        const rest = WAYS[way]!(TEXT.text!, await soFarOf(context));
        return ask({ text: rest }, context.signal);
      };
      const result = await answerOf(TEXT, dieAfter, next);
      expect(result.text, `cut behind byte ${dieAfter}`).toBe(TEXT.text);
      expect(whole(result)).toEqual({ finishReason: "stop", calls: 0, error: undefined });
    }
  });

  test("A source in the middle that is cut off in its repetition, or gives nothing, adds nothing", async () => {
    for (const dieAfter of await places(TEXT)) {
      const anew =
        (dies: number): Ask =>
        ({ signal }) =>
          ask(TEXT, signal, dies);
      const last: Ask = ({ signal }) => ask(TEXT, signal);
      const result = await answerOf(TEXT, dieAfter, anew(400), anew(0), anew(dieAfter), last);
      expect(result.text, `cut behind byte ${dieAfter}`).toBe(TEXT.text);
      expect(whole(result)).toEqual({ finishReason: "stop", calls: 0, error: undefined });
    }
  });

  test("Calls come whole and once, whichever byte of their inputs was the last", async () => {
    const inputs = CALLS.toolCalls.map((call): unknown => JSON.parse(call.arguments));
    for (const dieAfter of await places(CALLS)) {
      const stood: number[] = [];
      const next: Ask = async (context) => {
        const { toolCalls } = await collect(context.soFar ?? []);
        stood.push(toolCalls.filter(({ error }) => error === undefined).length);
        const rest = CALLS.toolCalls.slice(stood.at(-1));
        return ask({ toolCalls: rest, finishReason: "tool_calls" }, context.signal);
      };
      const result = await answerOf(CALLS, dieAfter, next);
      const at = `cut behind byte ${dieAfter}`;
      expect(
        result.toolCalls.map(({ input }) => input),
        at,
      ).toEqual(inputs);
      expect(new Set(result.toolCalls.map(({ toolCallId }) => toolCallId)).size, at).toBe(
        inputs.length,
      );
      expect(result.error, at).toBeUndefined();
    }
  });

  test("When all break, the answer says so, with all that came", async () => {
    const dies: Ask = ({ signal }) => ask(TEXT, signal, 6_000);
    const { text, finishReason, error } = await answerOf(TEXT, 3_000, dies);
    expect(text).not.toBe("");
    expect(TEXT.text!.startsWith(text)).toBe(true);
    expect(["error", "interrupted"]).toContain(finishReason);
    expect(error).toBeDefined();
  });
});

function whole({ finishReason, toolCalls, error }: Collected) {
  return { finishReason, calls: toolCalls.length, error };
}

/** Headers hold nothing beyond Latin-1. */
function latin(json: string): string {
  return json.replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
