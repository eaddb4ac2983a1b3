import { encodeText, fuse, isStageError, run } from "@millrace/core";
import { laws, roundTrip } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CASES } from "./cases.fixture.ts";
import { decodeSse } from "./decode-sse.ts";
import { encodeSse } from "./encode-sse.ts";
import { interpret } from "./oracle.fixture.ts";
import type { SseEvent } from "./sse-event.ts";
import type { SseMessage } from "./sse-message.ts";

describe("encodeSse writes", () => {
  const WRITTEN: [title: string, message: string | SseMessage, text: string][] = [
    ["a string as data", "mill", "data: mill\n\n"],
    ["an empty string", "", "data: \n\n"],
    ["lines, however they end", "a\r\nb\rc\nd", "data: a\ndata: b\ndata: c\ndata: d\n\n"],
    ["line ends alone", "\n\r\n\r", "data: \ndata: \ndata: \ndata: \n\n"],
    ["spaces as they are", " a ", "data:  a \n\n"],
    ["a type", { data: "1", type: "tick" }, "event: tick\ndata: 1\n\n"],
    ["no type for plain messages", { data: "1", type: "message" }, "data: 1\n\n"],
    ["no type for an empty one, which means the same", { data: "1", type: "" }, "data: 1\n\n"],
    ["an id behind the data", { data: "1", id: "7" }, "data: 1\nid: 7\n\n"],
    ["an empty id, which resets", { data: "1", id: "" }, "data: 1\nid: \n\n"],
    ["a delay", { data: "1", retry: 0 }, "data: 1\nretry: 0\n\n"],
    ["the longest delay", { retry: Number.MAX_SAFE_INTEGER }, "retry: 9007199254740991\n\n"],
    ["a comment", { comment: "still here" }, ": still here\n\n"],
    ["an empty comment", { comment: "" }, ": \n\n"],
    ["a comment of lines", { comment: "a\r\ndata: b\n\nc" }, ": a\n: data: b\n: \n: c\n\n"],
    ["a comment ahead, by itself", { data: "1", comment: "a" }, ": a\n\ndata: 1\n\n"],
    ["an id alone", { id: "7" }, "id: 7\n\n"],
    [
      "all at once",
      { type: "t", data: "d", id: "i", retry: 5, comment: "c" },
      ": c\n\nevent: t\ndata: d\nid: i\nretry: 5\n\n",
    ],
    ["what looks like fields", "data: x\nid: 1", "data: data: x\ndata: id: 1\n\n"],
    ["NUL in data", "a\0b", "data: a\0b\n\n"],
    ["a byte order mark in data", "\uFEFFa", "data: \uFEFFa\n\n"],
    ["what only other formats take for a line end", "a\u2028b\u0085c", "data: a\u2028b\u0085c\n\n"],
    ["fields that are undefined as if left out", { data: "1", type: undefined }, "data: 1\n\n"],
  ];

  test.each(WRITTEN)("%s", (_, message, text) => {
    expect(run(encodeSse(), [message])).toEqual([text]);
  });

  test("a decoded event again", () => {
    const text = "event: tick\ndata: 1\nid: 7\n\n";
    expect(run(fuse(decodeSse(), encodeSse()), [text])).toEqual([text]);
  });

  test("lone surrogates as they are, which become U+FFFD as bytes", () => {
    expect(run(encodeSse(), ["a\uD83D"])).toEqual(["data: a\uD83D\n\n"]);
    const bytes = run(fuse(encodeSse(), encodeText()), ["a\uD83D"]);
    expect(run(decodeSse(), bytes)).toMatchObject([{ data: "a\uFFFD" }]);
  });

  test("a hundred thousand lines in one go", () => {
    const data = "line\r\n".repeat(100_000);
    const [text] = run(encodeSse(), [data]);
    expect(run(decodeSse(), [text!])).toMatchObject([{ data: data.replaceAll("\r\n", "\n") }]);
  });
});

describe("encodeSse refuses", () => {
  const EVIL = "x\ndata: evil\n\n";
  const REFUSED: [title: string, message: unknown, problem: string][] = [
    ["LF in a type", { data: "1", type: EVIL }, "type must not contain LF"],
    ["CR in a type", { data: "1", type: "x\rdata: evil" }, "type must not contain CR"],
    ["NUL in a type", { data: "1", type: "x\0" }, "type must not contain NUL"],
    ["LF in an id", { data: "1", id: EVIL }, "id must not contain LF"],
    ["CR in an id", { data: "1", id: "1\r\r" }, "id must not contain CR"],
    ["NUL in an id, which clients ignore", { data: "1", id: "1\0" }, "id must not contain NUL"],
    ["a delay that is text", { data: "1", retry: "15x" }, "retry must be milliseconds"],
    ["a delay that injects", { data: "1", retry: "1\n\ndata: evil" }, "retry must be milliseconds"],
    ["a delay that has a string in it", { retry: { toString: () => EVIL } }, "retry must be"],
    ["a negative delay", { data: "1", retry: -1 }, "retry must be milliseconds"],
    ["half a millisecond", { data: "1", retry: 0.5 }, "retry must be milliseconds"],
    ["an endless delay", { data: "1", retry: Infinity }, "retry must be milliseconds"],
    ["a delay beyond whole numbers", { data: "1", retry: 1e21 }, "retry must be milliseconds"],
    ["no number", { data: "1", retry: NaN }, "retry must be milliseconds"],
    ["a type without data", { type: "ping" }, "a type without data would reach nobody"],
    ["a message that says nothing", {}, "a message must have data, id, retry or comment"],
    ["an object that is no message", { content: "x" }, "a message must have data"],
    ["data that is an object", { data: { a: 1 } }, "data must be a string, not object"],
    ["data that is null", { data: null }, "data must be a string, not null"],
    ["data that is a list of lines", { data: [EVIL] }, "data must be a string, not object"],
    ["an id that is a number", { data: "1", id: 7 }, "id must be a string, not number"],
    ["an id that is a list", { data: "1", id: [EVIL] }, "id must be a string, not object"],
    ["a type that is an object", { data: "1", type: { toString: () => EVIL } }, "type must be a"],
    ["a comment that is an object", { comment: { toString: () => EVIL } }, "comment must be a"],
    ["null", null, "a string or a message, not null"],
    ["undefined", undefined, "a string or a message, not undefined"],
    ["a number", 7, "a string or a message, not number"],
  ];

  test.each(REFUSED)("%s", (_, message, problem) => {
    const error = thrownBy(() => run(encodeSse(), ["before", message as SseMessage, "behind"]));
    expect(isStageError(error, "parse")).toBe(true);
    expect(error).toMatchObject({ stage: "encodeSse", offset: 1, outputs: ["data: before\n\n"] });
    expect((error as Error).message).toMatch(/^Cannot encode SSE: /);
    expect((error as Error).message).toContain(problem);
  });

  test("what a getter gives the second time", () => {
    const types = ["fine", EVIL];
    const message = {
      data: "1",
      get type() {
        return types.shift();
      },
    };
    expect(run(encodeSse(), [message])).toEqual(["event: fine\ndata: 1\n\n"]);
  });
});

describe("nothing breaks out of a message", () => {
  // Texts made of what ends lines, begins fields and confuses parsers.
  const text = fc
    .array(
      fc.constantFrom("a", " ", ":", "data: x", "id: 9", "event: y", "\r", "\n", "\n\n", "\0", "é"),
      { maxLength: 8 },
    )
    .map((pieces) => pieces.join(""));

  test("the standard reads one event out of it, or it was refused", () => {
    const messages = fc.record({ data: text, type: text, id: text, comment: text });
    fc.assert(
      fc.property(messages, (message) => {
        const wild = [message.type, message.id].some((line) => /[\r\n]|\0/.test(line));
        const encode = () => run(encodeSse(), [message]).join("");
        if (wild) expect(encode).toThrow(SyntaxError);
        else expect(interpret(encode())).toEqual(received([message]));
      }),
      { numRuns: 500 },
    );
  });
});

describe("encodeSse keeps the laws", () => {
  const line = fc
    .string({ unit: fc.constantFrom("a", " ", ":", "é", "😀", "\uFEFF", "\u2028") })
    .filter((value) => value !== "message");
  const messages = fc.oneof(
    fc.string({ unit: fc.constantFrom("a", " ", ":", "\r", "\n", "\0", "😀", "data") }),
    fc.record(
      {
        data: fc.string({ unit: fc.constantFrom("a", "b: ", " ", "\r", "\n", "\0", "😀") }),
        type: line,
        id: line,
        retry: fc.nat(),
        comment: fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "\0", "data: x") }),
      },
      { requiredKeys: ["data"] },
    ),
    fc.record({ id: line, comment: fc.string() }, { requiredKeys: ["comment"] }),
  );

  test("what it encodes decodeSse decodes, for every cut, as text", () =>
    roundTrip("encodeSse", {
      values: messages,
      encode: encodeSse,
      decode: () => decodeSse(),
      expected: received,
    }));

  test("and as bytes", () =>
    roundTrip("encodeSse", {
      values: messages,
      encode: () => fuse(encodeSse(), encodeText()),
      decode: () => decodeSse(),
      expected: received,
      runs: 50,
    }));

  test("events that were decoded come back as they were", () =>
    roundTrip("encodeSse", {
      values: fc.constantFrom(...CASES.flatMap(({ input }) => sendable(input))),
      encode: encodeSse,
      decode: () => decodeSse(),
      expected: received,
    }));

  test("and all others", () =>
    laws("encodeSse", encodeSse, {
      input: fc.array(messages as fc.Arbitrary<string | SseMessage>, { maxLength: 6 }),
      oracle: (sent) => sent.map(writtenByHand),
      continuations: [[""], [{ comment: "" }]],
      hostile: [
        (length) => ["\r".repeat(length)],
        (length) => Array.from({ length }, () => ({ data: "x", id: "1" })),
      ],
    }));
});

/** What the standard gives for messages in turn. */
function received(messages: readonly (string | SseMessage)[]): SseEvent[] {
  let lastEventId = "";
  return messages.flatMap((message): SseEvent[] => {
    const { data, type, id }: SseMessage =
      typeof message === "string" ? { data: message } : message;
    lastEventId = id ?? lastEventId;
    if (data === undefined) return [];
    const event = { type: type || "message", data: data.split(/\r\n|[\r\n]/).join("\n") };
    return [{ ...event, lastEventId, ...(id !== undefined && { id }) }];
  });
}

/** Line by line, as the grammar has it. */
function writtenByHand(message: string | SseMessage): string {
  const { comment, type, data, id, retry }: SseMessage =
    typeof message === "string" ? { data: message } : message;
  const lines: string[] = [];
  if (comment !== undefined) {
    for (const line of comment.split(/\r\n|[\r\n]/)) lines.push(`: ${line}`);
    lines.push("");
  }
  const before = lines.length;
  if (type) lines.push(`event: ${type}`);
  if (data !== undefined) {
    for (const line of data.split(/\r\n|[\r\n]/)) lines.push(`data: ${line}`);
  }
  if (id !== undefined) lines.push(`id: ${id}`);
  if (retry !== undefined) lines.push(`retry: ${retry}`);
  if (lines.length > before) lines.push("");
  return lines.map((written) => `${written}\n`).join("");
}

/** The events of a stream, but for a type with NUL, which a server could send and ours may not. */
function sendable(input: string): SseEvent[] {
  return run(decodeSse(), [input]).filter(({ type }) => !type.includes("\0"));
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
