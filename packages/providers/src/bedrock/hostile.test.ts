import { fuse, run } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../hostile.fixture.ts";
import { hostileFrame, hostileObject } from "./chunks.fixture.ts";
import { decodeConverse } from "./decode-converse.ts";
import { eventFrame } from "./frames.fixture.ts";

const delta = (content: object) =>
  eventFrame("contentBlockDelta", { contentBlockIndex: 0, delta: content });
const says = (text: string) => delta({ text });
const args = (input: string) => delta({ toolUse: { input } });
const call = eventFrame("contentBlockStart", {
  contentBlockIndex: 0,
  start: { toolUse: { toolUseId: "c", name: "f" } },
});
const stop = eventFrame("contentBlockStop", { contentBlockIndex: 0 });
const ends = eventFrame("messageStop", { stopReason: "end_turn" });
const counts = eventFrame("metadata", { usage: { inputTokens: 1 } });

describe("decodeConverse", () => {
  test("keeps to the grammar and never throws, whatever comes and breaks off", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(hostileFrame, hostileObject), { maxLength: 8 }), (inputs) => {
        run(fuse(decodeConverse(), checkParts()), inputs as object[]);
        const parts: Part[] = [];
        const machine = decodeConverse().start((part) => parts.push(part));
        for (const input of inputs) machine.push(input as object);
        machine.fail(new Error("lost"));
        run(checkParts(), parts);
        expect(parts.at(-1)?.type).toBe("finish");
      }),
      runs(300),
    );
  });

  test("keeps the laws", async () => {
    await laws("decodeConverse", () => decodeConverse(), {
      input: fc.array(fc.oneof(hostileFrame, fc.constantFrom(says("a"), call, args("x"))), {
        maxLength: 6,
      }),
      samples: [
        [says("a"), says("b"), stop, ends, counts],
        [call, args('{"x"'), args(":1}"), stop, ends, counts],
      ],
      continuations: [
        [says("more")],
        [delta({ reasoningContent: { text: "more" } })],
        [args("more")],
        [call],
        [stop],
        [ends],
        [counts],
        [eventFrame("new", {})],
      ],
      limit: {
        // A call's id is held, too.
        stage: (max) => decodeConverse({ maxHeld: max + 1 }),
        fill: (length) => [call, ...Array.from({ length }, () => args("x"))],
      },
      hostile: [
        (length) => Array.from({ length }, () => call),
        (length) =>
          Array.from({ length }, () => delta({ reasoningContent: { redactedContent: "AAAA" } })),
      ],
      runs: 40,
    });
  });
});
