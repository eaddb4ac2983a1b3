import { fuse, run } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alikeChunks, hostileChunk } from "../chunks.fixture.ts";
import { deepList, DEPTH, foreseesWhatIsRead, inputWith, runs } from "../hostile.fixture.ts";
import { decodeOpenaiChat } from "./decode-openai-chat.ts";

function event(data: string): SseEvent {
  return { type: "message", data, lastEventId: "" };
}

const json = (value: unknown): SseEvent => event(value === undefined ? "" : JSON.stringify(value));
const said = (delta: object, rest: object = {}): SseEvent =>
  json({ choices: [{ index: 0, delta, ...rest }] });
const call = (name: string, input: string): SseEvent =>
  said({ tool_calls: [{ index: 0, id: "a", function: { name, arguments: input } }] });
const DONE = event("[DONE]");

describe("decodeOpenaiChat", () => {
  test("keeps to the grammar and never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(hostileChunk, { maxLength: 8 }), fc.boolean(), (chunks, done) => {
        const events = chunks.map(json);
        run(fuse(decodeOpenaiChat(), checkParts()), done ? [...events, DONE] : events);
      }),
      runs(600),
    );
  });

  test("keeps to the grammar wherever it breaks off", () => {
    fc.assert(
      fc.property(fc.array(hostileChunk, { maxLength: 6 }), (chunks) => {
        const parts: Part[] = [];
        const machine = decodeOpenaiChat().start((part) => parts.push(part));
        for (const chunk of chunks) machine.push(json(chunk));
        machine.fail(new Error("lost"));
        run(checkParts(), parts);
        expect(parts.at(-1)?.type).toBe("finish");
      }),
      runs(200),
    );
  });

  test("foresees nothing but what JSON.parse would have read", () => {
    foreseesWhatIsRead(() => decodeOpenaiChat(), alikeChunks, 600);
  });

  test("reads whatever is nested too deeply to be walked or written", () => {
    const opened = '{"type":"thinking","thinking":['.repeat(DEPTH);
    const thinking = JSON.parse(opened + "]}".repeat(DEPTH)) as unknown;
    const types = (chunk: object): string[] =>
      run(fuse(decodeOpenaiChat(), checkParts()), [chunk]).map(({ type }) => type);
    const given = (delta: object): object => ({ choices: [{ delta }] });

    expect(types({ choices: [], usage: { details: deepList } })).toEqual(["usage", "finish"]);
    expect(types(deepList)).toEqual(["custom", "finish"]);
    expect(types(given({ content: [thinking] }))).toEqual(["custom", "finish"]);
    const [, input, , call] = run(decodeOpenaiChat(), [
      given({ tool_calls: [{ function: { name: "f", arguments: deepList } }] }),
    ]);
    expect(input).toMatchObject({ type: "tool-input-delta", delta: inputWith(deepList).input });
    expect(call).toMatchObject({ type: "tool-call", ...inputWith(deepList) });
    const tool = { type: "search", arguments: deepList };
    expect(types(given({ executed_tools: [tool] }))).toContain("tool-call");
  });

  test("takes inputs that are no objects for what they are", () => {
    const inputs = [null, 1, "text", undefined] as unknown as object[];
    expect(run(decodeOpenaiChat(), inputs).map(({ type }) => type)).toEqual([
      "error",
      "error",
      "error",
      "error",
      "finish",
    ]);
  });

  test("keeps the laws", async () => {
    await laws("decodeOpenaiChat", () => decodeOpenaiChat(), {
      input: fc.array(
        fc.oneof(
          hostileChunk.map(json),
          fc.constantFrom(said({ content: "a" }), call("f", ""), call("", "{}"), event("{"), DONE),
        ),
        { maxLength: 6 },
      ),
      samples: [
        [said({ content: "a" }), said({ content: "b" }, { finish_reason: "stop" }), DONE],
        [call("f", ""), call("", '{"x"'), call("", ":1}"), said({}, { finish_reason: "stop" })],
      ],
      continuations: [
        [said({ content: "more" })],
        [said({ content: "more" }, { logprobs: { content: [{ token: "m" }] } })],
        [said({ reasoning: "more" })],
        [call("more", "")],
        [call("", "more")],
        [said({}, { finish_reason: "content_filter" })],
        [json({ error: "oh" })],
        [json({ choices: [], usage: { prompt_tokens: 7 } })],
        [DONE],
      ],
      limit: {
        stage: (max) => decodeOpenaiChat({ maxHeld: max + 3 }),
        fill: (length) => [call("f", ""), ...Array.from({ length }, () => call("", "x"))],
      },
      hostile: [
        (length) => Array.from({ length }, () => call("", "{")),
        (length) => Array.from({ length }, () => call("f", "{}")),
        (length) => Array.from({ length }, (_, index) => said({ content: `${index}` })),
      ],
      runs: 60,
    });
  });
});
