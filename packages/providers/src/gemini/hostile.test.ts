import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { event } from "../events.fixture.ts";
import { deepList, foreseesWhatIsRead, inputWith, neverThrows } from "../hostile.fixture.ts";
import { alikeChunks, hostileChunk } from "./chunks.fixture.ts";
import { decodeGemini } from "./decode-gemini.ts";
import { calls, decode, parts, piece, says, stops } from "./gemini.fixture.ts";

const string = (stringValue: string): object =>
  piece({ jsonPath: "$.a", stringValue, willContinue: true });
const open = calls({ name: "f", willContinue: true });

describe("decodeGemini", () => {
  test("keeps to the grammar and never throws, whatever comes and breaks off", () => {
    neverThrows(() => decodeGemini(), hostileChunk);
  });

  test("foresees nothing but what JSON.parse would have read", () => {
    foreseesWhatIsRead(() => decodeGemini(), alikeChunks, 600);
  });

  test("writes what an engine finds nested too deeply as no JSON", () => {
    const all = run(decodeGemini(), [calls({ name: "f", args: deepList })]);
    expect(all).toContainEqual(
      expect.objectContaining({ type: "tool-call", ...inputWith(deepList) }),
    );
  });

  test("cannot reach a prototype", () => {
    decode(['{"__proto__":{"polluted":1},"responseId":"r","candidates":[]}']);
    decode([open, piece({ jsonPath: "$.__proto__.polluted", numberValue: 1 })]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("keeps the laws", async () => {
    const events = (...all: unknown[]) => all.map((data) => event(data));
    const many = (all: unknown[]) => all.map((data) => event(data)); // more than can be arguments
    await laws("decodeGemini", () => decodeGemini(), {
      input: fc.array(
        fc
          .oneof(hostileChunk, fc.constantFrom(says("a"), open, string("b"), "{", "[DONE]"))
          .map((data) => event(data)),
        { maxLength: 6 },
      ),
      samples: [
        events(says("hm", { thought: true }), says("a"), stops("STOP")),
        events(open, string("b"), string("c"), calls({}), stops("STOP")),
      ],
      continuations: [
        events(says("more")),
        events(says("more", { thought: true })),
        events(calls({})),
        events(calls({ name: "g", args: {} })),
        events(string("more")),
        events(parts({ executableCode: {} })),
        events(stops("SAFETY")),
        events({ error: "oh" }),
        events({ usageMetadata: { promptTokenCount: 7 } }),
        events("[DONE]"),
      ],
      limit: {
        // A call's name, its beginning `{"a":"` and the name in it are held, too.
        stage: (max) => decodeGemini({ maxHeld: max + 7 }),
        fill: (length) => many([open, string(""), ...Array.from({ length }, () => string("x"))]),
      },
      hostile: [
        (length) => many([...Array.from({ length }, () => calls({ name: "f", args: {} }))]),
        (length) => many([open, ...Array.from({ length }, () => string("x"))]),
        (length) =>
          many([
            open,
            string("x"),
            ...Array.from({ length }, (_, index) =>
              piece({ jsonPath: `$.k${index}`, stringValue: "y", willContinue: true }),
            ),
          ]),
      ],
      runs: 40,
    });
  });
});
