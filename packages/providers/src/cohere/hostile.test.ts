import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { piece } from "../chunks.fixture.ts";
import { event } from "../events.fixture.ts";
import { neverThrows, runs } from "../hostile.fixture.ts";
import { hostileEvent } from "./chunks.fixture.ts";
import { args, calls, ends, finishes, plans, says, thinks } from "./cohere.fixture.ts";
import { decodeCohere } from "./decode-cohere.ts";

const events = (...all: unknown[]) => all.map((data) => event(data));
const many = (all: unknown[]) => all.map((data) => event(data)); // more than can be arguments

describe("decodeCohere", () => {
  test("keeps to the grammar and never throws, whatever comes and breaks off", () => {
    neverThrows(() => decodeCohere(), hostileEvent);
  });

  test("foresees nothing but what JSON.parse would have read", () => {
    const alike = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: piece.map((text) => says(text)) },
        piece.map((text) => plans(text)),
        piece.map((text) => thinks(text)),
        piece.map((text) => ({ ...says(text), text })),
      ),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(alike, (chunks) => {
        expect(run(decodeCohere(), events(...chunks))).toEqual(run(decodeCohere(), chunks));
      }),
      runs(300),
    );
  });

  test("keeps the laws", async () => {
    await laws("decodeCohere", () => decodeCohere(), {
      input: fc.array(
        fc
          .oneof(
            hostileEvent,
            fc.constantFrom(says("a"), calls("c", "f"), args("x"), "{", "[DONE]"),
          )
          .map((data) => event(data)),
        { maxLength: 6 },
      ),
      samples: [
        events(plans("p"), thinks("a"), says("b", 1), says("c", 1), finishes("COMPLETE")),
        events(
          calls("c", "f"),
          args('{"x"'),
          args(":1}"),
          ends("tool-call"),
          finishes("TOOL_CALL"),
        ),
      ],
      continuations: [
        events(says("more")),
        events(says("more", 1)),
        events(thinks("more")),
        events(plans("more")),
        events(args("more")),
        events(calls("d", "g")),
        events(ends("content")),
        events(ends("tool-call")),
        events(finishes("ERROR")),
        events({ message: "oh" }),
        events("[DONE]"),
      ],
      limit: {
        // A call's id and its place are held, too.
        stage: (max) => decodeCohere({ maxHeld: max + 2 }),
        fill: (length) => many([calls("c", "f"), ...Array.from({ length }, () => args("x"))]),
      },
      hostile: [
        (length) => many([...Array.from({ length }, (_, index) => says("a", index))]),
        (length) =>
          many([...Array.from({ length }, (_, index) => calls(`${index}`, "f", "{", index))]),
        (length) => many([calls("c", "f"), ...Array.from({ length }, () => args("{"))]),
      ],
      runs: 40,
    });
  });
});
