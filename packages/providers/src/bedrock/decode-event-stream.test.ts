import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import * as zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { crc32 } from "./crc32.ts";
import { decodeEventStream } from "./decode-event-stream.ts";
import { eventBytes, frame, header, join, text, textHeader } from "./frames.fixture.ts";

const NOTHING = new Uint8Array();

function failure(bytes: Uint8Array, maxLength?: number): Error {
  try {
    run(decodeEventStream(maxLength === undefined ? {} : { maxLength }), [bytes]);
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was wrong");
}

test("crc32 is what zlib has", () => {
  expect(crc32(text("123456789"))).toBe(0xcbf43926);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(crc32(bytes)).toBe(zlib.crc32(bytes));
    }),
  );
});

describe("frames", () => {
  const payload = '{"p":"abcdefghijklmnopqr","role":"assistant"}';

  test("come with their headers and their payload, in whatever pieces", () => {
    const bytes = eventBytes("messageStart", JSON.parse(payload));
    // As a recorded frame has them.
    expect([...bytes.slice(0, 12)]).toEqual([0, 0, 0, 143, 0, 0, 0, 82, 0xd3, 0xf1, 0xc8, 0xf2]);
    expect([...bytes.slice(-4)]).toEqual([0xc1, 0x6b, 0x71, 0x0b]);
    const known = [
      {
        headers: {
          ":event-type": "messageStart",
          ":content-type": "application/json",
          ":message-type": "event",
        },
        payload: text(payload),
      },
    ];
    expect(run(decodeEventStream(), [bytes])).toEqual(known);
    const two = join(bytes, bytes);
    for (const size of [1, 2, 3, 11, 12, 13, 142, 143, 144, 285]) {
      const pieces = Array.from({ length: Math.ceil(two.length / size) }, (_, index) =>
        two.subarray(index * size, (index + 1) * size),
      );
      expect(run(decodeEventStream(), pieces)).toEqual([...known, ...known]);
    }
  });

  test("may have neither headers nor payload", () => {
    expect(run(decodeEventStream(), [frame(NOTHING, NOTHING)])).toEqual([
      { headers: {}, payload: NOTHING },
    ]);
    expect(run(decodeEventStream(), [])).toEqual([]);
  });

  test("have headers of ten types", () => {
    const headers = join(
      header("yes", 0, NOTHING),
      header("no", 1, NOTHING),
      header("byte", 2, Uint8Array.of(0xff)),
      header("short", 3, Uint8Array.of(0x80, 0)),
      header("integer", 4, Uint8Array.of(0xff, 0xff, 0xff, 0xfe)),
      header("long", 5, Uint8Array.of(0x7f, 255, 255, 255, 255, 255, 255, 255)),
      header("bytes", 6, Uint8Array.of(0, 3, 1, 2, 3)),
      header("text", 7, join(Uint8Array.of(0, 5), text("é🌊").slice(0, 5))),
      header("time", 8, Uint8Array.of(0, 0, 0, 0, 0, 0, 0x03, 0xe8)),
      header(
        "uuid",
        9,
        Uint8Array.from({ length: 16 }, (_, index) => index * 17),
      ),
      textHeader("__proto__", "polluted"),
      textHeader("", "nameless"),
    );
    const [only] = run(decodeEventStream(), [frame(headers, NOTHING)]);
    expect(Object.entries(only!.headers)).toEqual([
      ["yes", true],
      ["no", false],
      ["byte", -1],
      ["short", -32_768],
      ["integer", -2],
      ["long", 0x7fff_ffff_ffff_ffffn],
      ["bytes", Uint8Array.of(1, 2, 3)],
      ["text", "é\ufffd"],
      ["time", new Date(1000)],
      ["uuid", "00112233-4455-6677-8899-aabbccddeeff"],
      ["__proto__", "polluted"],
      ["", "nameless"],
    ]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("are copies: the buffer that they came in can be used again", () => {
    const bytes = eventBytes("a", "b");
    for (const chunk of [bytes, Buffer.from(bytes)]) {
      const [only] = run(decodeEventStream(), [chunk]);
      chunk.fill(0);
      expect(only?.payload).toEqual(text('"b"'));
    }
  });
});

describe("what is wrong", () => {
  const good = eventBytes("a", {});
  const at = (bytes: Uint8Array): Uint8Array => join(good, bytes, good);

  test.each<[string, Uint8Array, number, string]>([
    ["the checksum of a prelude", frame(NOTHING, NOTHING, { preludeCrc: 1 }), 8, "prelude"],
    ["the checksum of a frame", frame(NOTHING, text("{}"), { crc: 1 }), 14, "checksum of a frame"],
    ["a length of 15", frame(NOTHING, NOTHING, { length: 15 }), 0, "the length 15"],
    ["a length of 0", frame(NOTHING, NOTHING, { length: 0 }), 0, "the length 0"],
    [
      "headers that are too long",
      frame(NOTHING, NOTHING, { headersLength: 1 }),
      4,
      "longer than the frame",
    ],
    [
      "a header without a value",
      frame(textHeader("a", "b").slice(0, 3), NOTHING),
      12,
      "longer than the headers",
    ],
    [
      "a header without an end",
      frame(textHeader("a", "bc").slice(0, 6), NOTHING),
      12,
      "longer than the headers",
    ],
    ["a name without an end", frame(Uint8Array.of(9), NOTHING), 12, "longer than the headers"],
    [
      "the second header of an unknown type",
      frame(join(textHeader("a", "b"), header("c", 10, NOTHING)), NOTHING),
      18,
      "unknown type 10",
    ],
  ])("is %s, at its place", (_, bytes, offset, message) => {
    const error = failure(at(bytes));
    expect(error).toMatchObject({
      name: "ParseError",
      code: "parse",
      stage: "decodeEventStream",
      offset: good.length + offset,
      outputs: [{ payload: text("{}") }],
    });
    expect(error.message).toContain(message);
  });

  test.each([1, 2, 3, 4, 11, 12, 13, 80])("is an end behind %i bytes of a frame", (length) => {
    expect(failure(join(good, good.slice(0, length)))).toMatchObject({
      name: "ParseError",
      code: "incomplete",
      offset: good.length + length,
    });
  });

  test("is a frame that would grow too long, before it has come", () => {
    const huge = frame(NOTHING, NOTHING, { length: 2 ** 32 - 1 });
    expect(failure(join(good, huge.slice(0, 12)))).toMatchObject({
      name: "LimitError",
      message: "Cannot decode event stream: a frame grew beyond maxLength 16777216",
      offset: good.length,
    });
    run(decodeEventStream({ maxLength: good.length }), [good]);
    expect(failure(good, good.length - 1)).toMatchObject({ name: "LimitError", offset: 0 });
  });
});

test("decodeEventStream keeps the laws", async () => {
  const frames = fc
    .array(
      fc.record({
        name: fc.string({ maxLength: 5 }),
        payload: fc.uint8Array({ maxLength: 20 }),
        wrong: fc.constantFrom({}, {}, {}, {}, { crc: 1 }, { preludeCrc: 1 }, { length: 7 }),
      }),
      { maxLength: 4 },
    )
    .map((all) =>
      join(...all.map(({ name, payload, wrong }) => frame(textHeader(name, name), payload, wrong))),
    );
  await laws("decodeEventStream", () => decodeEventStream(), {
    input: fc
      .tuple(frames, fc.uint8Array({ maxLength: 8 }))
      .map(([bytes, rest]) => join(bytes, rest)),
    samples: [join(eventBytes("a", { x: 1 }), eventBytes("b", "🌊"))],
    hostile: [(length) => frame(NOTHING, new Uint8Array(length))],
    runs: 30,
  });
});
