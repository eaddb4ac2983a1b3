import { fuse, run } from "@millrace/core";
import { checkParts } from "@millrace/parts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { event, decoding } from "../events.fixture.ts";
import { neverThrows, runs } from "../hostile.fixture.ts";
import { hostileChunk } from "../chunks.fixture.ts";
import { decodeOpenaiChat } from "../openai-chat/index.ts";
import { decodeMistral } from "./decode-mistral.ts";

const { decode, lines } = decoding(decodeMistral);
const said = (delta: object, rest: object = {}) => ({ choices: [{ index: 0, delta, ...rest }] });
const call = (id: unknown, name: string, args: unknown, rest: object = {}) => ({
  id,
  ...rest,
  function: { name, arguments: args },
});

describe("decodeMistral", () => {
  const thinking = [
    { type: "text", text: "hm" },
    { type: "reference", reference_ids: [1] },
  ];
  const events = [
    { id: "c", model: "m", ...said({ role: "assistant", content: "" }) },
    said({ content: [{ type: "thinking", thinking, signature: "s" }] }),
    said({ content: [{ type: "text", text: "Good " }] }),
    said({ content: "morning" }),
    said({
      content: [
        { type: "reference", reference_ids: ["f"] },
        { type: "new", a: 1 },
      ],
    }),
    {
      ...said(
        { tool_calls: [call("a", "f", { x_y: 1 }), call("null", "g", "{}")] },
        { finish_reason: "tool_calls" },
      ),
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, num_cached_tokens: 1 },
    },
  ];

  test("reads chunks of content, references, whole calls without an index, and ids of no use", () => {
    expect(lines(...events, "[DONE]")).toEqual([
      "response c m assistant",
      "reasoning-0 (",
      "reasoning-0 + hm",
      "source file 1",
      "reasoning-0 ) s",
      "text-0 (",
      "text-0 + Good ",
      "text-0 + morning",
      "source file f",
      'custom mistral.content {"type":"new","a":1}',
      "text-0 )",
      "a ( f",
      'a + {"x_y":1}',
      "tool-0 ( g",
      "tool-0 + {}",
      "a )",
      'call a f {"x_y":1} valid',
      "tool-0 )",
      "call tool-0 g {} valid",
      "usage 3 2",
      "finish tool-calls tool_calls",
    ]);
  });

  test("reads the SDK's objects, which have other names, and leaves arguments alone", () => {
    const objects = [
      ...events.slice(0, 4).map((data) => ({ data })),
      {
        data: said({
          content: [
            { type: "reference", referenceIds: ["f"] },
            { type: "new", a: 1 },
          ],
        }),
      },
      {
        data: {
          ...said(
            {
              // It gives them all the index 0, and "null" for an id.
              toolCalls: [
                call("a", "f", { x_y: 1 }, { index: 0 }),
                call("null", "g", "{}", { index: 0 }),
              ],
            },
            { finishReason: "tool_calls" },
          ),
          usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5, num_cached_tokens: 1 },
        },
      },
    ];
    expect(run(decodeMistral(), objects)).toEqual(decode([...events, "[DONE]"]));
    const args = { toolCalls: { finishReason: 1 } };
    const foreign = { data: said({ toolCalls: [call("a", "f", args)] }) };
    expect(brief(run(decodeMistral(), [foreign]))[1]).toBe(`a + ${JSON.stringify(args)}`);
  });

  test("is the decoder of OpenAI's chat under another name", () => {
    const chunks = [...events.map((data) => event(data)), event("[DONE]")];
    expect(run(decodeMistral({ name: "openai" }), chunks)).toEqual(run(decodeOpenaiChat(), chunks));
  });

  test("reads the provider's errors", () => {
    const error = { object: "error", message: "m", type: "rate_limited", code: "1300" };
    expect(lines(error)[0]).toBe("error rate-limit m");
    expect(lines({ detail: [{ msg: "Field required", loc: ["body"] }] })[0]).toBe(
      "error unknown Field required",
    );
    expect(lines(said({}, { finish_reason: "error" }))).toEqual([
      'error unknown The provider finished with "error"',
      "finish error error",
    ]);
  });

  test("says its own name where it stops, and never throws otherwise", () => {
    const long = said({ tool_calls: [call("a", "f", "x".repeat(20))] });
    expect(() => decode([long], { maxHeld: 9 })).toThrow(
      "Cannot decode Mistral: what is held grew beyond maxHeld 9",
    );
    neverThrows(() => decodeMistral(), hostileChunk, 100);
    const objects = fc.array(
      hostileChunk.map((data) => ({ data })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(objects, (all) => {
        run(fuse(decodeMistral(), checkParts()), all);
      }),
      runs(100),
    );
  });
});
