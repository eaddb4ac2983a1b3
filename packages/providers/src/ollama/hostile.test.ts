import { fuse, run } from "@millrace/core";
import { checkParts } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { piece } from "../chunks.fixture.ts";
import { neverThrows, runs } from "../hostile.fixture.ts";
import { hostileLine } from "./chunks.fixture.ts";
import { decodeOllama } from "./decode-ollama.ts";
import { calls, decodeLines, done, says, thinks } from "./ollama.fixture.ts";

const json = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value));

/** Lines that differ in little: what is foreseen, and what nearly is. */
const alike = fc
  .record({
    key: fc.constantFrom("content", "thinking"),
    other: fc.constantFrom("", ',"thinking":""', ',"content":"b"', ',"x":"@"'),
    texts: fc.array(
      fc.tuple(
        fc.oneof(
          piece.map((text) => JSON.stringify(text)),
          fc.constantFrom('"\\u0061"', '"a","x":"b"', "1"),
        ),
        fc.constantFrom("t", "u", "\\n", ""),
      ),
      { minLength: 2, maxLength: 8 },
    ),
  })
  .map(({ key, other, texts }) =>
    texts.map(
      ([text, time]) =>
        `{"model":"m","created_at":"${time}","message":{"${key}":${text}${other}},"done":false}`,
    ),
  );

describe("decodeOllama", () => {
  test("keeps to the grammar and never throws, whatever comes and breaks off", () => {
    neverThrows(decodeLines, hostileLine);
    fc.assert(
      fc.property(fc.array(hostileLine, { maxLength: 6 }), (chunks) => {
        run(fuse(decodeOllama(), checkParts()), chunks.map(json));
        run(fuse(decodeOllama(), checkParts()), chunks as object[]);
      }),
      runs(100),
    );
  });

  test("foresees nothing but what JSON.parse would have read", () => {
    fc.assert(
      fc.property(alike, (texts) => {
        const values = texts.map((text) => JSON.parse(text) as object);
        expect(run(decodeOllama(), texts)).toEqual(run(decodeOllama(), values));
      }),
      runs(300),
    );
  });

  test("keeps the laws", async () => {
    const fill = (length: number): string[] => [json(calls("f", "x".repeat(length)))];
    await laws("decodeOllama", () => decodeOllama(), {
      input: fc.array(
        fc.oneof(hostileLine, fc.constantFrom(says("a"), thinks("b"), calls("f", {}))).map(json),
        { maxLength: 6 },
      ),
      samples: [
        [json(thinks("a")), json(says("b")), json(says("c")), json(done("stop"))],
        [json(calls("f", { a: 1 })), json(calls("g", {})), json(done("stop"))],
      ],
      continuations: [
        [json(says("more"))],
        [json(thinks("more"))],
        [json(calls("more", {}))],
        [json({ error: "oh" })],
        [json(done("length", { eval_count: 7 }))],
      ],
      hostile: [
        (length) => Array.from({ length }, (_, index) => json(calls("f", index))),
        (length) => Array.from({ length }, (_, index) => json(says(`${index}`))),
        (length) => [json(says("a")).repeat(length)],
      ],
      runs: 40,
    });
    run(decodeOllama({ maxHeld: 9 }), fill(9));
    expect(() => run(decodeOllama({ maxHeld: 9 }), fill(10))).toThrow(
      "Cannot decode Ollama: what is held grew beyond maxHeld 9",
    );
  });
});
