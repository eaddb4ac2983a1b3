import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { piece } from "../chunks.fixture.ts";
import { event } from "../events.fixture.ts";
import { neverThrows, runs } from "../hostile.fixture.ts";
import { hostileEvent } from "./chunks.fixture.ts";
import { decodeGeminiInteractions } from "./decode-gemini-interactions.ts";
import { completed, created, delta, says, start, stop } from "./interactions.fixture.ts";

const open = start(1, "function_call", { id: "c", name: "f" });
const args = (piece: string): object => delta(1, "arguments_delta", { arguments: piece });
const events = (...all: unknown[]) => all.map((data) => event(data));
const many = (all: unknown[]) => all.map((data) => event(data)); // more than can be arguments

describe("decodeGeminiInteractions", () => {
  test("keeps to the grammar and never throws, whatever comes and breaks off", () => {
    neverThrows(() => decodeGeminiInteractions(), hostileEvent);
  });

  test("foresees nothing but what JSON.parse would have read", () => {
    const cited = delta(0, "text_annotation_delta", { annotations: [{ url: "u", end_index: 1 }] });
    const alike = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: piece.map((text) => says(text)) },
        piece.map((text) => delta(0, "thought_summary", { content: { type: "text", text } })),
        fc.constantFrom(cited, stop(0), { ...says("e"), event_id: "1" }),
      ),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(alike, (chunks) => {
        expect(run(decodeGeminiInteractions(), events(...chunks))).toEqual(
          run(decodeGeminiInteractions(), chunks),
        );
      }),
      runs(200),
    );
  });

  test("keeps the laws", async () => {
    await laws("decodeGeminiInteractions", () => decodeGeminiInteractions(), {
      input: fc.array(
        fc
          .oneof(hostileEvent, fc.constantFrom(says("a"), open, args("x"), "{", "[DONE]"))
          .map((data) => event(data)),
        { maxLength: 6 },
      ),
      samples: [
        events(
          created({ id: "i" }),
          start(0, "model_output"),
          says("a"),
          stop(0),
          completed("completed"),
        ),
        events(open, args('{"x"'), args(":1}"), stop(1), completed("requires_action")),
      ],
      continuations: [
        events(says("more")),
        events(delta(0, "thought_summary", { content: { type: "text", text: "more" } })),
        events(args("more")),
        events(stop(0)),
        events(stop(1)),
        events(start(0, "thought")),
        events(start(1, "thought")),
        events(completed("failed")),
        events({ event_type: "error", error: "oh" }),
        events("[DONE]"),
      ],
      limit: {
        // A call's id is held, too.
        stage: (max) => decodeGeminiInteractions({ maxHeld: max + 1 }),
        fill: (length) => many([open, ...Array.from({ length }, () => args("x"))]),
      },
      hostile: [
        (length) => many([open, ...Array.from({ length }, () => args("{"))]),
        (length) =>
          many([...Array.from({ length }, (_, index) => ({ ...says("a"), event_id: `${index}` }))]),
      ],
      runs: 40,
    });
  });
});
