import { run } from "@millrace/core";
import { checkParts, collect, type Part } from "@millrace/parts";
import {
  startReplay,
  type Fault,
  type Frame,
  type Recording,
  type ReplayUpstream,
} from "@millrace/testing/replay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formats, joinBytes, recordingOf, type WireFormat } from "./formats.fixture.ts";
import { ask, type Prompt, type Provider } from "./index.ts";

const PIECES = ["The mill ", "turns ", "läuft ", "und läuft. ", "水車", "は回る。 ", "Slowly."];
const TEXT = PIECES.join("");
const LONG = process.env["MILLRACE_LONG"] === "1";
const PLACES = 4;
const FIRST_BEYOND_ASCII = 0x80;
const INPUT = ['{"wheel"', ':"left', '","by":1', "2}"];

let upstream: ReplayUpstream;
let played: Recording[] = []; // the answers to the next requests

beforeAll(async () => {
  upstream = await startReplay({ speed: 0, choose: () => played.shift() });
});

afterAll(() => upstream.close());

function model({ provider }: WireFormat, fail?: Fault): Provider {
  return provider({
    model: "m",
    apiKey: "secret",
    baseURL: upstream.url,
    headers: { "x-replay": JSON.stringify({ ...(fail && { fail }) }) },
  });
}

/** A model that goes on exactly where the text broke off that it is shown. */
function goesOn(format: WireFormat, whole: string): Provider {
  const asked = model(format);
  return {
    ...asked,
    prefill: false,
    request(prompt, context) {
      const said = prompt.messages.find(({ role }) => role === "assistant")?.content ?? "";
      played = [recordingOf(format, format.text([whole.slice(said.length)]))];
      return asked.request(prompt, context);
    },
  };
}

/** Places to cut a body at, behind its first text: one of them inside a character. */
function placesIn(frames: Frame[]): number[] {
  const from = joinBytes(frames.slice(0, frames.findIndex(saysText))).length;
  const body = joinBytes(frames.filter(({ ending }) => ending !== true));
  const inside = body.findIndex((byte) => byte >= FIRST_BEYOND_ASCII) + 1;
  const step = LONG ? 1 : Math.ceil((body.length - from) / PLACES);
  const evenly = Array.from({ length: body.length - from }, (_, index) => from + index);
  return [inside, ...evenly.filter((_, index) => index % step === 0)];
}

function saysText(frame: Frame): boolean {
  return new TextDecoder().decode(joinBytes([frame])).includes(PIECES[0]!);
}

async function read(stream: ReadableStream<Part>): Promise<{ parts: Part[]; error: unknown }> {
  const parts: Part[] = [];
  let error: unknown;
  try {
    for await (const part of stream) parts.push(part);
  } catch (reason) {
    error = reason;
  }
  run(checkParts(), parts);
  return { parts, error };
}

describe.each(Object.entries(formats))("ask in the format %s", (_, format) => {
  const textFrames = format.text(PIECES);
  const say = () => {
    played = [recordingOf(format, textFrames)];
  };

  test("gives the answer", async () => {
    say();
    const { parts, error } = await read(await ask(model(format), "Well?"));
    expect(error).toBeUndefined();
    expect(await collect(parts)).toMatchObject({ text: TEXT, finishReason: "stop" });
    expect(upstream.requests.at(-1)).toMatchObject({
      method: "POST",
      path: expect.stringMatching(format.path) as string,
    });
  });

  test.each([429, 500])("rejects with what a %d says", async (status) => {
    say();
    const fault: Fault = { kind: "status", status, headers: { "retry-after": "3" } };
    await expect(
      ask(model(format, fault), "Well?", { retry: { attempts: 1 } }),
    ).rejects.toMatchObject({
      status,
      kind: status === 429 ? "rate-limit" : "server",
      retryable: true,
      retryAfterMs: 3000,
    });
  });

  test("goes on after a cut anywhere in the text, with nothing doubled and nothing lost", async () => {
    for (const place of placesIn(textFrames)) {
      say();
      const kind = place % 2 === 0 ? "disconnect" : "end";
      const broken = model(format, { kind, afterBytes: place });
      const { parts, error } = await read(await ask([broken, goesOn(format, TEXT)], "Well?"));
      expect(error).toBeUndefined();
      const { text, finishReason, error: told } = await collect(parts);
      expect([text, finishReason, told]).toEqual([TEXT, "stop", undefined]);
    }
  });

  test("goes on by prefill, without the space that it was not told", async () => {
    say();
    const broken = model(format, {
      kind: "disconnect",
      after: textFrames.indexOf(textFrames[0]!) + 4,
    });
    const asked = { ...model(format), prefill: true };
    let told = "";
    const prefilled: Provider = {
      ...asked,
      request(prompt, context) {
        expect(prompt.messages).toHaveLength(2);
        told = prompt.messages[1]!.content as string;
        played = [
          recordingOf(
            format,
            format.text([TEXT.slice(told.length, told.length + 3), TEXT.slice(told.length + 3)]),
          ),
        ];
        return asked.request(prompt, context);
      },
    };
    expect(await collect(await ask([broken, prefilled], "Well?"))).toMatchObject({ text: TEXT });
    expect(told).toMatch(/^The mill.*\S$/);
  });

  test("takes back a call that broke off, and ends with one that is whole", async () => {
    const frames = format.call(INPUT);
    const prompt: Prompt = {
      messages: [{ role: "user", content: "Well?" }],
      tools: [{ name: "turn" }],
    };
    for (let after = 1; after <= frames.length; after += LONG ? 1 : 2) {
      played = [recordingOf(format, frames)];
      const broken = model(format, { kind: "disconnect", after });
      const asked = model(format);
      const again: Provider = {
        ...asked,
        request(...args) {
          played = [recordingOf(format, frames)];
          return asked.request(...args);
        },
      };
      const { parts, error } = await read(await ask([broken, again], prompt));
      expect(error).toBeUndefined();
      const { toolCalls, finishReason } = await collect(parts);
      expect(toolCalls).toMatchObject([
        {
          toolCallId: expect.stringMatching(/^(h2:)?(call_1|tool-0)$/) as string,
          toolName: "turn",
          input: { wheel: "left", by: 12 },
        },
      ]);
      expect(finishReason).toBe("tool-calls");
    }
  });

  test("ends the request at once when it is cancelled in a stall", async () => {
    say();
    const before = upstream.requests.at(-1)?.index ?? -1;
    const stalls = model(format, { kind: "stall", after: textFrames.length - 3 });
    const stream = await ask(stalls, "Well?");
    const reader = stream.getReader();
    for (;;) {
      const { value } = await reader.read();
      if (value?.type === "text-delta") break;
    }
    await reader.cancel();
    expect(await (await upstream.request(before + 1)).ended).toBe("aborted");
  });
});
