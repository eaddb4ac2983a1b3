import { isStageError, run } from "@millrace/core";
import { everyCut } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CASES } from "./cases.fixture.ts";
import { interpret } from "./oracle.fixture.ts";
import { decodeSse, type DecodeSseOptions } from "./decode-sse.ts";
import type { SseEvent } from "./sse-event.ts";

const encoder = new TextEncoder();

describe("the standard's cases", () => {
  test.each(CASES)("$title", ({ input, events, retries = [], comments = [] }) => {
    const expected = events.map(([data, type = "message", lastEventId = "", id]) => ({
      type,
      data,
      lastEventId,
      ...(id !== undefined && { id }),
    }));
    for (const pieces of [...everyCut(input), ...everyCut(encoder.encode(input))]) {
      const heard = { retries: [] as number[], comments: [] as string[] };
      const options = {
        onRetry: (delay: number) => heard.retries.push(delay),
        onComment: (comment: string) => heard.comments.push(comment),
      };
      expect(run(decodeSse(options), pieces)).toEqual(expected);
      expect(heard).toEqual({ retries, comments });
    }
  });

  test("agree with the oracle", () => {
    for (const { input } of CASES) expect(run(decodeSse(), [input])).toEqual(interpret(input));
  });
});

describe("malformed input", () => {
  test("malformed UTF-8 becomes the replacement character", () => {
    const bytes = [...encoder.encode("data: a"), 0xff, 0xe2, 0x82, ...encoder.encode("b\n\n")];
    for (const pieces of everyCut(Uint8Array.from(bytes))) {
      expect(run(decodeSse(), pieces)).toEqual([message("a\uFFFD\uFFFDb")]);
    }
  });

  test("bytes and text may be mixed", () => {
    expect(run(decodeSse(), ["da", encoder.encode("ta: é").slice(0, -1), "\n\n"])).toEqual([
      message("\uFFFD"),
    ]);
    expect(run(decodeSse(), [encoder.encode("data: a\r"), "\n\r", encoder.encode("\n")])).toEqual([
      message("a"),
    ]);
  });

  test("bytes and text mixed in any way are what the standard makes of them, decoded apart", () => {
    const bytes = fc
      .array(fc.constantFrom("data:", "id:", "é", "😀", "\r", "\n", "\n\n", "\uFEFF", "a"))
      .map((pieces) => encoder.encode(pieces.join("")))
      .chain((whole) => fc.nat(whole.length).map((length) => whole.subarray(0, length)));
    const text = fc.string({ unit: fc.constantFrom("data: x", "\n", "\r", "\uD83D", "\uFEFF") });
    fc.assert(
      fc.property(fc.array(fc.oneof(bytes, text)), (chunks) => {
        // What a string follows is as finished as it will get; bytes after bytes go on.
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        const decoded = chunks.map((chunk) => {
          if (typeof chunk !== "string") return decoder.decode(chunk, { stream: true });
          return chunk === "" ? "" : decoder.decode() + chunk;
        });
        expect(run(decodeSse(), chunks)).toEqual(interpret(decoded.join("") + decoder.decode()));
      }),
    );
  });

  test("any bytes at all give what the standard gives", () => {
    const wild = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc
          .constantFrom("data:", "\n", "\r\n", "id: ", "event:", "\n\n")
          .map((text) => encoder.encode(text)),
        fc
          .constantFrom(
            [0xef, 0xbb, 0xbf],
            [0xe2, 0x82],
            [0xf0, 0x9f, 0x98],
            [0xc3],
            [0xed, 0xa0, 0x80],
          )
          .map((bytes) => Uint8Array.from(bytes)),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(wild, (chunks) => {
        const whole = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
        const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole);
        expect(run(decodeSse(), chunks)).toEqual(interpret(text));
      }),
      { numRuns: 500 },
    );
  });

  test("lone surrogates in text pass", () => {
    expect(run(decodeSse(), ["data: \uD83D\n\n"])).toEqual([message("\uD83D")]);
  });
});

describe("a stream that is gone on with", () => {
  test("has the last event id of the one before, until it says another", () => {
    const input = "data: a\n\nid: 8\ndata: b\n\nid\ndata: c\n\n";
    for (const pieces of everyCut(input)) {
      const events = run(decodeSse({ lastEventId: "7" }), pieces);
      expect(events.map(({ lastEventId }) => lastEventId)).toEqual(["7", "8", ""]);
    }
  });

  test("is told by onId where to go on: after all that has ended, not in the middle", () => {
    const input =
      "id: 1\ndata: a\n\nid: 2\n\ndata: b\n\nid: 3\nid: 4\n: c\n\nid: \0\n\nid\n\nid: 5\ndata: d";
    for (const pieces of everyCut(input)) {
      const ids: string[] = [];
      run(decodeSse({ onId: (id) => ids.push(id), incomplete: "dispatch" }), pieces);
      expect(ids).toEqual(["1", "2", "4", ""]);
    }
  });
});

describe("an incomplete last event", () => {
  const TAILS: [tail: string, event: SseEvent][] = [
    ["data: b", message("b")],
    ["data: b\n", message("b")],
    ["event: t\ndata: b\r", { ...message("b"), type: "t" }],
    ["id: 7\ndata: b\n: comment", { ...message("b"), lastEventId: "7", id: "7" }],
    ["data: b\nretry: 100", message("b")],
  ];

  test.each(TAILS)("%j is discarded and reported", (tail, event) => {
    const { events, reported } = runWith({}, `data: a\n\n${tail}`);
    expect(events).toEqual([message("a")]);
    expect(reported).toEqual([event]);
  });

  test.each(TAILS)("%j is dispatched if asked for", (tail, event) => {
    const { events, reported } = runWith({ incomplete: "dispatch" }, `data: a\n\n${tail}`);
    expect(events).toEqual([message("a"), event]);
    expect(reported).toEqual([event]);
  });

  test.each(TAILS)("%j is an error if asked for", (tail) => {
    const input = `data: a\n\n${tail}`;
    for (const pieces of everyCut(input)) {
      const error = thrownBy(() => run(decodeSse({ incomplete: "error" }), pieces));
      expect(isStageError(error, "incomplete")).toBe(true);
      expect(error).toMatchObject({ offset: input.length, outputs: [message("a")] });
    }
  });

  test("is reported once, also where it is an error", () => {
    const reported: SseEvent[] = [];
    const stage = decodeSse({ incomplete: "error", onIncomplete: (event) => reported.push(event) });
    expect(() => run(stage, ["data: b"])).toThrow(SyntaxError);
    expect(reported).toEqual([message("b")]);
  });

  test("without data is reported, and never dispatched", () => {
    for (const tail of ["event: t\n", "id: 7", "dat", "unknown: x"]) {
      const { events, reported } = runWith({ incomplete: "dispatch" }, `data: a\n\n${tail}`);
      expect(events).toEqual([message("a")]);
      expect(reported).toHaveLength(1);
    }
  });

  test("is not there when only comments or a retry follow", () => {
    for (const tail of ["", ": comment", ": comment\n", "retry: 5\n", "\n\n"]) {
      const { events, reported } = runWith({ incomplete: "error" }, `data: a\n\n${tail}`);
      expect(events).toEqual([message("a")]);
      expect(reported).toEqual([]);
    }
  });

  test("a retry that broke off does not count", () => {
    const delays: number[] = [];
    run(decodeSse({ onRetry: (delay) => delays.push(delay) }), ["retry: 10"]);
    expect(delays).toEqual([]);
  });

  test("is dispatched before the error when the source fails", () => {
    const events: SseEvent[] = [];
    const machine = decodeSse({ incomplete: "dispatch" }).start((event) => events.push(event));
    machine.push("data: a\n\ndata: b");
    machine.fail(new Error("connection reset"));
    expect(events).toEqual([message("a"), message("b")]);
  });

  test("is only reported when the source fails, unless it is to be dispatched", () => {
    for (const incomplete of ["discard", "error"] as const) {
      const events: SseEvent[] = [];
      const reported: SseEvent[] = [];
      const onIncomplete = (event: SseEvent) => reported.push(event);
      const machine = decodeSse({ incomplete, onIncomplete }).start((event) => events.push(event));
      machine.push("data: a\n\ndata: b");
      machine.fail(new Error("connection reset"));
      expect(events).toEqual([message("a")]);
      expect(reported).toEqual([message("b")]);
    }
  });

  test("of a page of HTML is an error only if asked for", () => {
    const page = "<!doctype html>\n<title>502 Bad Gateway</title>\n</html>";
    for (const incomplete of ["discard", "dispatch"] as const) {
      expect(runWith({ incomplete }, page).events).toEqual([]);
    }
    expect(() => run(decodeSse({ incomplete: "error" }), [page])).toThrow(SyntaxError);
  });
});

describe("lines that are no fields", () => {
  const STRAYS: [title: string, input: string, events: [type: string, data: string][]][] = [
    ["an error field", 'error: {"code":500}\n\n', [["error", '{"code":500}']]],
    ["a bare object", '{"error": {"code": 500}}\n\n', [["stray", '{"error": {"code": 500}}']]],
    ["an object in many lines", '{\n  "error": 1\n}\r\n\r\n', [["stray", '{\n  "error": 1\n}']]],
    [
      "an object that no line end ends",
      'data: a\n\n{"error":1}',
      [
        ["message", "a"],
        ["stray", '{"error":1}'],
      ],
    ],
    [
      "a page",
      "<html>\n<p>502\n\n</html>\n\n",
      [
        ["stray", "<html>\n<p>502"],
        ["stray", "</html>"],
      ],
    ],
    ["unknown fields of an event", "foo: 1\ndata: a\nbar\nevent: e\n\n", [["e", "a"]]],
    ["an unknown field of an event without data", "id: 1\nfoo\n\n", []],
    ["comments and retries", ": a\nretry: 5\n\n", []],
    [
      "a comment in between",
      "error: 1\n: a\nmore\n\ndata: b\n\n",
      [
        ["error", "1\nmore"],
        ["message", "b"],
      ],
    ],
  ];

  test.each(STRAYS)("%s", (_, input, events) => {
    const { events: found } = runWith({ incomplete: "dispatch", strays: "dispatch" }, input);
    expect(found.map(({ type, data }) => [type, data])).toEqual(events);
  });

  test("are bounded like any event", () => {
    const stage = decodeSse({ strays: "dispatch", maxEventLength: 20 });
    expect(thrownBy(() => run(stage, ["x\n".repeat(20)]))).toMatchObject({
      code: "limit",
      offset: 20,
    });
  });
});

describe("limits", () => {
  test("an endless line trips at the unit that is one too many, whatever the cut", () => {
    const line = `data: ${"x".repeat(100)}`;
    for (const pieces of everyCut(`data: a\n\n${line}`)) {
      const error = thrownBy(() => run(decodeSse({ maxEventLength: 50 }), pieces));
      expect(isStageError(error, "limit")).toBe(true);
      expect(error).toMatchObject({ offset: 9 + 50, outputs: [message("a")] });
      expect((error as Error).message).toBe(
        "Cannot decode SSE: an event grew beyond maxEventLength 50",
      );
    }
  });

  test("of an event that is too long nothing comes out, whatever the cut and the options", () => {
    const input = `data: a\n\nid: 3\ndata: ${"x".repeat(100)}\n\n`;
    for (const incomplete of ["discard", "dispatch", "error"] as const) {
      for (const pieces of everyCut(input)) {
        const reported: SseEvent[] = [];
        const onIncomplete = (event: SseEvent) => reported.push(event);
        const stage = decodeSse({ incomplete, maxEventLength: 50, onIncomplete });
        const error = thrownBy(() => run(stage, pieces));
        expect(error).toMatchObject({ code: "limit", offset: 9 + 50, outputs: [message("a")] });
        expect(reported).toEqual([]);
      }
    }
  });

  test("a mebibyte in pieces of 64 bytes is one event", () => {
    const data = "0123456789abcde\u20AC".repeat(65_536);
    const bytes = encoder.encode(`data: ${data}\n\n`);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 64) }, (_, index) =>
      bytes.subarray(index * 64, index * 64 + 64),
    );
    expect(run(decodeSse(), pieces)).toEqual([message(data)]);
  });

  test("an event counts as it was sent, from its first line that says something", () => {
    const comment = `: ${"c".repeat(28)}\n`; // 31 units
    const event = `data: a\n${comment}data: b`; // 46 units
    for (const pieces of everyCut(`${comment}x: y\n${event}\n${comment}\n`)) {
      const error = thrownBy(() => run(decodeSse({ maxEventLength: 46 }), pieces));
      // Its line end is beyond the limit, and does not trip it; the comment after it does.
      expect(error).toMatchObject({ code: "limit", offset: 31 + 5 + 47 });
    }
    expect(run(decodeSse({ maxEventLength: 46 }), [`${comment}${event}\n\n`])).toHaveLength(1);
  });

  test("many tiny lines trip too, and cost little memory", () => {
    const tiny = "data\n".repeat(1_000_000);
    const error = thrownBy(() => run(decodeSse({ maxEventLength: 1_000_000 }), [tiny]));
    expect(error).toMatchObject({ code: "limit", offset: 1_000_000 });
  });

  test("comments, unknown fields and many small events are no event that grows", () => {
    const input = `${": comment\nunknown: x\nretry: 5\n".repeat(50)}data: a\n\n`.repeat(3);
    expect(run(decodeSse({ maxEventLength: 20 }), [input])).toHaveLength(3);
  });

  test("the longest event passes", () => {
    const input = "data: aaaa\ndata: bbbb\n\n";
    expect(run(decodeSse({ maxEventLength: 21 }), [input])).toEqual([message("aaaa\nbbbb")]);
    expect(() => run(decodeSse({ maxEventLength: 20 }), [input])).toThrow(RangeError);
  });

  test("must make sense", () => {
    expect(() => decodeSse({ maxEventLength: 0 })).toThrow(RangeError);
    expect(() => decodeSse({ maxEventLength: NaN })).toThrow(RangeError);
    expect(run(decodeSse({ maxEventLength: Infinity }), ["data: a\n\n"])).toHaveLength(1);
  });
});

function message(data: string): SseEvent {
  return { type: "message", data, lastEventId: "" };
}

/** The same for every cut. */
function runWith(
  options: DecodeSseOptions,
  input: string,
): { events: SseEvent[]; reported: SseEvent[] } {
  const outcomes = [...everyCut(input)].map((pieces) => {
    const reported: SseEvent[] = [];
    const stage = decodeSse({ ...options, onIncomplete: (event) => reported.push(event) });
    return { events: run(stage, pieces), reported };
  });
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  return outcomes[0]!;
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
