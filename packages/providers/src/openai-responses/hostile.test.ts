import { run } from "@millrace/core";
import type { SseEvent } from "@millrace/sse";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { event } from "../events.fixture.ts";
import { deepList, foreseesWhatIsRead, inputWith, neverThrows } from "../hostile.fixture.ts";
import { decodeOpenaiResponses } from "./decode-openai-responses.ts";
import { hostileEvent } from "./events.fixture.ts";
import {
  about,
  adds,
  begins,
  call,
  decode,
  does,
  ends,
  fills,
  MESSAGE,
  says,
} from "./responses.fixture.ts";

describe("decodeOpenaiResponses", () => {
  test("keeps to the grammar and never throws, whatever comes and breaks off", () => {
    neverThrows(() => decodeOpenaiResponses(), hostileEvent);
  });

  test("foresees nothing but what JSON.parse would have read", () => {
    const text = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("a", "b", "\\u0061", "\\n") },
      { weight: 1, arbitrary: fc.constantFrom("", '"', '","x":"', "\\", "1") },
    );
    const alike = fc
      .record({
        name: fc.constantFrom("output_text", "reasoning_text", "reasoning_summary_text"),
        tail: fc.constantFrom("", ',"obfuscation":"@"', ',"logprobs":[]', ',"extra":1'),
        numbers: fc.constantFrom("rising", "none", "odd"),
        texts: fc.array(fc.tuple(text, text, fc.constantFrom(0, 0, 0, 0, 1), fc.nat(12)), {
          minLength: 3,
          maxLength: 9,
        }),
        whole: fc.boolean(),
      })
      .map(({ name, tail, numbers, texts, whole }) => {
        const events = texts.map(([delta, padding, index, odd], place) => {
          const number = {
            rising: `,"sequence_number":${place}`,
            none: "",
            odd: `,"sequence_number":${odd}`,
          };
          return (
            `{"type":"response.${name}.delta","output_index":${index},"delta":"${delta}"` +
            `${number[numbers as "odd"]}${tail.replace("@", () => padding)}}`
          );
        });
        const end = { content_index: 0, text: texts.map(([delta]) => delta).join("") + "end" };
        return whole ? [...events, JSON.stringify(about("output_text.done", 0, end))] : events;
      });
    foreseesWhatIsRead(() => decodeOpenaiResponses(), alike);
  });

  test("writes what an engine finds nested too deeply as no JSON", () => {
    const operation = { diff: deepList };
    for (const [item, input] of [
      [call("a", "f", { arguments: deepList }), deepList],
      [{ type: "web_search_call", id: "w", action: deepList }, deepList],
      [{ type: "apply_patch_call", id: "p", operation }, operation],
    ] as const) {
      const parts = run(decodeOpenaiResponses(), [does(item)]);
      expect(parts).toContainEqual(
        expect.objectContaining({ type: "tool-call", ...inputWith(input) }),
      );
    }
  });

  test("cannot reach a prototype", () => {
    decode(['{"type":"response.created","response":{"__proto__":{"polluted":1}}}']);
    decode([
      '{"type":"response.output_item.done","item":{"type":"__proto__"},"__proto__":{"p":1}}',
    ]);
    decode([does({ type: "constructor" }), about("__proto__.delta"), about("constructor.delta")]);
    const image = { type: "image_generation_call", result: "x", output_format: "constructor" };
    expect(decode([does(image)])).toContainEqual(
      expect.objectContaining({ type: "file", mediaType: "image/constructor" }),
    );
    decode([adds({ type: "computer_call" }), about("undefined.delta"), about("undefined.done")]);
    decode([about("content_part.added", 0, { part: { type: "constructor" } })]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("keeps the laws", async () => {
    const events = (...all: unknown[]): SseEvent[] => all.map((data) => event(data));
    const open = adds(call("a", "f"));
    const text = { type: "output_text", text: "ab" };
    await laws("decodeOpenaiResponses", () => decodeOpenaiResponses(), {
      input: fc.array(
        fc
          .oneof(hostileEvent, fc.constantFrom(says("a"), open, fills("{}"), "{", ends()))
          .map((data) => event(data)),
        { maxLength: 6 },
      ),
      samples: [
        events(begins({ id: "r" }), adds(MESSAGE), says("a"), says("b"), ends()),
        events(open, fills('{"x"'), fills(":1}"), does(call("a", "f")), ends()),
      ],
      continuations: [
        events(says("more")),
        events(says("more", 1)),
        events(fills("more")),
        events(about("reasoning_text.delta", 2, { content_index: 0, delta: "more" })),
        events(about("content_part.done", 0, { content_index: 0, part: text })),
        events(adds({ type: "reasoning" }, 5)),
        events(does({ ...MESSAGE, content: [text] })),
        events(does(call("a", "f", { arguments: "more" }))),
        events(does({ type: "reasoning", encrypted_content: "more" })),
        events(begins({ id: "more" })),
        events({ type: "error", error: "oh" }),
        events(ends("incomplete", { usage: { input_tokens: 7 } })),
        events(ends()),
      ],
      limit: {
        stage: (max) => decodeOpenaiResponses({ maxHeld: max + 7 }),
        fill: (length) => [event(open), ...Array.from({ length }, () => event(fills("x")))],
      },
      hostile: [
        (length) => [event(open), ...Array.from({ length }, () => event(fills("{")))],
        (length) => Array.from({ length }, (_, index) => event(says("x", index))),
        (length) =>
          Array.from({ length }, (_, index) => event(says("x", 0, { content_index: index }))),
      ],
      runs: 30,
    });
  });
});
