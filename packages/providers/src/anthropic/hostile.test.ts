import { run } from "@millrace/core";
import type { SseEvent } from "@millrace/sse";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { event } from "../events.fixture.ts";
import { deepList, foreseesWhatIsRead, inputWith, neverThrows } from "../hostile.fixture.ts";
import {
  adds,
  closes,
  decode,
  END,
  fills,
  opens,
  says,
  starts,
  stops,
  TEXT,
  thinks,
  tool,
} from "./anthropic.fixture.ts";
import { decodeAnthropic } from "./decode-anthropic.ts";
import { hostileEvent } from "./events.fixture.ts";

describe("decodeAnthropic", () => {
  test("keeps to the grammar and never throws, whatever comes and breaks off", () => {
    neverThrows(() => decodeAnthropic(), hostileEvent);
  });

  test("foresees nothing but what JSON.parse would have read", () => {
    const spaces = fc.oneof(
      { weight: 15, arbitrary: fc.constantFrom("", " ", "   ") },
      { weight: 1, arbitrary: fc.constant("\n") },
    );
    const text = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("a", "b", "\\u0061", "\\n") },
      { weight: 1, arbitrary: fc.constantFrom("", '"', '","x":"', "\\") },
    );
    const alike = fc
      .record({
        key: fc.constantFrom("text", "thinking"),
        tail: fc.constantFrom("", "", "", ',"estimated_tokens":3', ',"n":1'),
        texts: fc.array(fc.tuple(text, spaces, spaces, fc.constantFrom(0, 0, 0, 0, 0, 1)), {
          minLength: 3,
          maxLength: 9,
        }),
      })
      .map(({ key, tail, texts }) =>
        texts.map(
          ([inside, a, b, index]) =>
            `{"type":"content_block_delta","index":${index},"delta":` +
            `{"type":"${key}_delta","${key}":"${inside}"${tail}${a}}${b}}`,
        ),
      );
    foreseesWhatIsRead(() => decodeAnthropic(), alike);
  });

  test("writes what an engine finds nested too deeply as no JSON", () => {
    const events = [opens(0, tool("a", "f", { input: deepList })), closes(0)];
    const parts = run(decodeAnthropic(), events);
    expect(parts).toContainEqual(
      expect.objectContaining({ type: "tool-call", ...inputWith(deepList) }),
    );
    const result = { type: "web_search_tool_result", tool_use_id: "a", content: deepList };
    expect(run(decodeAnthropic(), [opens(0, result)])[0]?.type).toBe("tool-result");
  });

  test("cannot reach a prototype", () => {
    decode(['{"type":"message_start","message":{"__proto__":{"polluted":1}}}']);
    decode(['{"type":"message_delta","usage":{"__proto__":{"polluted":1}},"__proto__":{"p":1}}']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("keeps the laws", async () => {
    const events = (...all: unknown[]): SseEvent[] => all.map((data) => event(data));
    const open = opens(0, tool("a", "f"));
    await laws("decodeAnthropic", () => decodeAnthropic(), {
      input: fc.array(
        fc
          .oneof(hostileEvent, fc.constantFrom(says("a"), open, fills("{}"), closes(), "{", END))
          .map((data) => event(data)),
        { maxLength: 6 },
      ),
      samples: [
        events(starts({ id: "m" }), opens(0, TEXT), says("a"), closes(), stops("end_turn"), END),
        events(thinks("hm"), closes(), open, fills('{"x"'), fills(":1}"), closes(), END),
      ],
      continuations: [
        events(says("more")),
        events(says("more", 1)),
        events(thinks("more")),
        events(fills("more")),
        events(adds(0, { type: "citations_delta", citation: { url: "more" } })),
        events(closes()),
        events(closes(1)),
        events(opens(0, TEXT)),
        events(starts({ id: "more" })),
        events(stops("max_tokens")),
        events(stops("refusal", { stop_sequence: "more" }, { output_tokens: 7 })),
        events({ type: "error", error: "oh" }),
        events(END),
      ],
      limit: {
        stage: (max) => decodeAnthropic({ maxHeld: max + 3 }),
        fill: (length) => events(open, ...Array.from({ length }, () => fills("x"))),
      },
      hostile: [
        (length) => [event(open), ...Array.from({ length }, () => event(fills("{")))],
        (length) => Array.from({ length }, (_, index) => event(opens(index, TEXT))),
        (length) => Array.from({ length }, (_, index) => event(starts({ id: `${index}` }))),
        (length) =>
          Array.from({ length }, (_, index) => event(stops("", {}, { [`x_${index}`]: index }))),
      ],
      runs: 30,
    });
  });
});
