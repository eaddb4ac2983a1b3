import { fuse, run, type Stage } from "@millrace/core";
import { checkParts, type Part, type ToolInputState } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import * as fc from "fast-check";
import { expect } from "vitest";
import { checkShapes } from "../../parts/src/part-shape.fixture.ts";
import { event } from "./events.fixture.ts";

/** What is tried in `npm test`, and ten times as much in the long run. */
export function runs(quick: number): { numRuns: number } {
  return { numRuns: process.env["MILLRACE_LONG"] === "1" ? quick * 10 : quick };
}

/** Deeper than can be walked. */
export const DEPTH = 100_000;

export const deepList = JSON.parse("[".repeat(DEPTH) + "]".repeat(DEPTH)) as unknown[];

/** What a call has of a deep input: not every engine has the stack to write it as JSON. */
export function inputWith(deep: unknown): { input: string; inputState: ToolInputState } {
  try {
    return { input: JSON.stringify(deep), inputState: "valid" };
  } catch {
    return { input: "[too deep]", inputState: "invalid" };
  }
}

/** Whatever comes, and wherever it breaks off: nothing is thrown, and grammar and types hold. */
export function neverThrows(
  decoder: () => Stage<SseEvent, Part>,
  chunk: fc.Arbitrary<unknown>,
  quick = 300,
): void {
  const chunks = fc.array(chunk, { maxLength: 8 });
  fc.assert(
    fc.property(chunks, fc.boolean(), (all, done) => {
      const events = all.map((data) => event(data));
      const parts = run(
        fuse(decoder(), checkParts()),
        done ? [...events, event("[DONE]")] : events,
      );
      checkShapes(parts);
    }),
    runs(quick),
  );
  fc.assert(
    fc.property(chunks, (all) => {
      const parts: Part[] = [];
      const machine = decoder().start((part) => parts.push(part));
      for (const data of all) machine.push(event(data));
      machine.fail(new Error("lost"));
      checkShapes(run(checkParts(), parts));
      expect(parts.at(-1)?.type).toBe("finish");
    }),
    runs(quick / 4),
  );
}

/** Texts that differ in little: the parts are those of values that have been parsed. */
export function foreseesWhatIsRead(
  decoder: () => Stage<SseEvent | object, Part>,
  alike: fc.Arbitrary<string[]>,
  quick = 300,
): void {
  const { numRuns } = runs(quick);
  let foreseen = 0;
  fc.assert(
    fc.property(alike, (texts) => {
      const parse = JSON.parse.bind(JSON);
      const parsed = texts.map((text): SseEvent | object => {
        try {
          return parse(text) as object; // is read without foresight
        } catch {
          return event(text);
        }
      });
      let read = 0; // units
      JSON.parse = (text: string): unknown => {
        read += text.length;
        return parse(text);
      };
      try {
        const parts = run(
          decoder(),
          texts.map((text) => event(text)),
        );
        if (read < texts.join("").length) foreseen++;
        expect(parts).toEqual(run(decoder(), parsed));
      } finally {
        JSON.parse = parse;
      }
    }),
    { numRuns },
  );
  expect(foreseen).toBeGreaterThan(numRuns / 20); // an eighth is, by chance more or less
}
