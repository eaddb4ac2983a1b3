import { describe, expect, test } from "vitest";
import { about, adds, decode, does, ends, lines, MESSAGE, says } from "./responses.fixture.ts";

const REASONING = { type: "reasoning", id: "rs", summary: [] };

function whole(text: string, rest: object = {}): object {
  return { type: "output_text", text, annotations: [], ...rest };
}

describe("messages", () => {
  test("that comment on the work are told apart", () => {
    expect(
      lines(
        adds({ ...MESSAGE, phase: "commentary" }),
        says("Let me see"),
        does(MESSAGE),
        adds({ ...MESSAGE, id: "m2", phase: "final_answer" }, 1),
        says("It is", 1),
        ends(),
      ),
    ).toEqual([
      "text-0 ( commentary",
      "text-0 + Let me see",
      "text-0 )",
      "text-1 (",
      "text-1 + It is",
      "text-1 )",
      "finish stop completed",
    ]);
  });

  test("have a block for each part of their content", () => {
    const at = (content_index: number, delta: string): object => says(delta, 0, { content_index });
    expect(lines(at(0, "a"), at(1, "x"), at(0, "b"), ends())).toEqual([
      "text-0 (",
      "text-0 + a",
      "text-1 (",
      "text-1 + x",
      "text-0 + b",
      "text-0 )",
      "text-1 )",
      "finish stop completed",
    ]);
  });

  test("keep what else is said of them", () => {
    const [start] = decode([adds({ ...MESSAGE, mood: "good" }), says("x")]);
    expect(start).toMatchObject({ providerMetadata: { openai: { itemId: "msg", mood: "good" } } });
  });

  test("whose server does not count from 0 are not told twice", () => {
    const events = [
      adds(MESSAGE, 1),
      says("x", 1, { content_index: 1 }),
      does({ ...MESSAGE, content: [whole("x")] }, 1),
      ends(),
    ];
    expect(lines(...events)).toHaveLength(4);
  });

  test("may interleave with reasoning, and their ids may rotate", () => {
    const rotating = [
      adds({ ...REASONING, id: "1" }, 0),
      adds({ ...MESSAGE, id: "2" }, 1),
      about("reasoning_text.delta", 0, { content_index: 0, delta: "a", item_id: "3" }),
      says("x", 1, { item_id: "4" }),
      about("reasoning_text.delta", 0, { content_index: 0, delta: "b", item_id: "5" }),
      does({ ...MESSAGE, id: "6", content: [whole("x")] }, 1),
      does({ ...REASONING, id: "7", content: [{ type: "reasoning_text", text: "ab" }] }, 0),
      ends("completed", {
        output: [
          { ...REASONING, id: "8" },
          { ...MESSAGE, id: "9" },
        ],
      }),
    ];
    expect(lines(...rotating)).toEqual([
      "reasoning-0 (",
      "reasoning-0 + a",
      "text-0 (",
      "text-0 + x",
      "reasoning-0 + b",
      "text-0 )",
      "reasoning-0 )",
      "finish stop completed",
    ]);
  });

  test("may be known by their ids alone", () => {
    const events = [
      adds({ ...MESSAGE, id: "a" }, null),
      adds({ ...MESSAGE, id: "b" }, null),
      says("x", null, { item_id: "a" }),
      says("y", null, { item_id: "b" }),
      does({ ...MESSAGE, id: "a", content: [whole("x")] }, null),
      ends(),
    ];
    expect(lines(...events).slice(0, 5)).toEqual([
      "text-0 (",
      "text-0 + x",
      "text-1 (",
      "text-1 + y",
      "text-0 )",
    ]);
  });
});

test("parts tell what they are of where neither indexes nor items do", () => {
  const part = (type: string): object => ({
    type: "response.content_part.added",
    part: { type, text: "" },
  });
  expect(
    lines(
      part("reasoning_text"),
      { type: "response.reasoning_text.delta", delta: "a" },
      part("output_text"),
      { type: "response.output_text.delta", delta: "x" },
      ends(),
    ),
  ).toEqual([
    "reasoning-0 (",
    "reasoning-0 + a",
    "text-0 (",
    "text-0 + x",
    "reasoning-0 )",
    "text-0 )",
    "finish stop completed",
  ]);
});

describe("wholes", () => {
  const done = (text: string): object => about("output_text.done", 0, { content_index: 0, text });

  test("bring what no delta has brought", () => {
    expect(lines(done("abc"), ends())[1]).toBe("text-0 + abc");
    expect(lines(says("ab"), says("c"), done("abcdef"), ends())[3]).toBe("text-0 + def");
    expect(lines(says("ab"), says("c"), says("d"), done("abcdef"), ends())[4]).toBe("text-0 + ef");
  });

  test("that say otherwise are kept beside what came", () => {
    const parts = decode([says("ab"), done("other"), says("c"), ends()]);
    expect(parts.slice(1, 4)).toEqual([
      { type: "text-delta", id: "text-0", delta: "ab" },
      { type: "text-delta", id: "text-0", delta: "c" },
      { type: "text-end", id: "text-0", providerMetadata: { openai: { text: "other" } } },
    ]);
  });
});

describe("citations", () => {
  const cites = (annotation: object, annotation_index = 0): object =>
    about("output_text.annotation.added", 0, { content_index: 0, annotation, annotation_index });
  const url = { type: "url_citation", url: "https://a", title: "A", start_index: 1, end_index: 4 };

  test.each([
    [url, { kind: "url", url: "https://a", title: "A" }, { start: 1, end: 4 }],
    [
      { type: "file_citation", file_id: "f", filename: "a.txt", index: 9 },
      { kind: "file", fileId: "f", title: "a.txt" },
      { start: 9 },
    ],
    [
      { type: "container_file_citation", file_id: "f", filename: "a", container_id: "c" },
      { kind: "file", fileId: "f", title: "a" },
      {},
    ],
    [{ type: "file_path", file_id: "f", index: 3 }, { kind: "file", fileId: "f" }, { start: 3 }],
  ])("are sources of the text they stand in: %j", (annotation, source, span) => {
    expect(decode([says("text"), cites(annotation)])[2]).toEqual({
      type: "source",
      id: "source-0",
      source,
      anchor: { blockId: "text-0", ...span },
      providerMetadata: { openai: annotation },
    });
  });

  test("that only the whole has are told with it, and none twice", () => {
    const annotations = [url, { ...url, title: "B" }];
    const content = [whole("text", { annotations })];
    const events = [says("text"), cites(url), does({ ...MESSAGE, content }), ends()];
    expect(lines(...events).slice(2, 4)).toEqual([
      "source url https://a A",
      "source url https://a B",
    ]);
  });
});

describe("reasoning", () => {
  const thinks = (delta: string, summary_index = 0): object =>
    about("reasoning_summary_text.delta", 0, { summary_index, delta });
  const part = (state: string, text: string, summary_index = 0): object =>
    about(`reasoning_summary_part.${state}`, 0, { summary_index, part: { text } });

  test("has a block for each part of its summary, the last one with what is encrypted", () => {
    const summary = [{ text: "ab" }, { text: "c" }];
    const parts = [
      adds({ ...REASONING, encrypted_content: "early" }),
      part("added", ""),
      thinks("a"),
      thinks("b"),
      part("done", "ab"),
      part("added", "", 1),
      thinks("c", 1),
      about("reasoning_summary_text.done", 0, { summary_index: 1, text: "c" }),
      part("done", "c", 1),
      does({ ...REASONING, summary, encrypted_content: "e" }),
      ends(),
    ];
    expect(lines(...parts)).toEqual([
      "reasoning-0 ( summary",
      "reasoning-0 + a",
      "reasoning-0 + b",
      "reasoning-0 )",
      "reasoning-1 ( summary",
      "reasoning-1 + c",
      "reasoning-1 ) e",
      "finish stop completed",
    ]);
  });

  test("may be told as text, in parts of two names", () => {
    for (const name of ["content_part", "reasoning_part"]) {
      const at = { content_index: 0, part: { type: "reasoning_text", text: "" } };
      const delta = about("reasoning_text.delta", 0, { content_index: 0, delta: "hm" });
      const done = { content_index: 0, part: { type: "reasoning_text", text: "hm" } };
      const events = [about(`${name}.added`, 0, at), delta, about(`${name}.done`, 0, done), ends()];
      expect(lines(...events)).toEqual([
        "reasoning-0 (",
        "reasoning-0 + hm",
        "reasoning-0 )",
        "finish stop completed",
      ]);
    }
  });

  test("may be encrypted only, or an id only", () => {
    expect(decode([does({ ...REASONING, encrypted_content: "e" }), ends()]).slice(0, 2)).toEqual([
      {
        type: "reasoning-start",
        id: "reasoning-0",
        kind: "redacted",
        providerMetadata: { openai: { itemId: "rs" } },
      },
      { type: "reasoning-end", id: "reasoning-0", encrypted: "e" },
    ]);
    expect(decode([does(REASONING), ends()]).slice(0, 2)).toEqual([
      {
        type: "reasoning-start",
        id: "reasoning-0",
        providerMetadata: { openai: { itemId: "rs" } },
      },
      { type: "reasoning-end", id: "reasoning-0" },
    ]);
  });

  test("may come with the end of its item alone", () => {
    const item = { ...REASONING, summary: [{ text: "s" }], content: [{ text: "t" }] };
    expect(lines(does(item), ends())).toEqual([
      "reasoning-0 ( summary",
      "reasoning-0 + s",
      "reasoning-0 )",
      "reasoning-1 (",
      "reasoning-1 + t",
      "reasoning-1 )",
      "finish stop completed",
    ]);
  });
});

describe("speech", () => {
  test("is pieces of a file, and what it says", () => {
    expect(
      lines(
        { type: "response.audio.delta", delta: "QQ==" },
        { type: "response.audio.transcript.delta", delta: "Hi" },
        { type: "response.audio.transcript.done" },
        { type: "response.audio.done" },
        ends(),
      ),
    ).toEqual([
      "file audio/* QQ==",
      "text-0 (",
      "text-0 + Hi",
      "text-0 )",
      "status audio.done",
      "finish stop completed",
    ]);
  });
});
