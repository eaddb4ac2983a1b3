import { lines } from "@millrace/buffers";
import { fuse, map, run } from "@millrace/core";
import { text, type Part, type Usage } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import { answerEvents } from "./answer-events.ts";

const USAGE: Usage = { inputTokens: { total: 2 }, outputTokens: { total: 3 }, raw: { cost: 1 } };
const SHOWN_USAGE = { inputTokens: { total: 2 }, outputTokens: { total: 3 } };
const NO_USAGE: Usage = { inputTokens: {}, outputTokens: {} };

const START: Part = { type: "text-start", id: "0" };
const END: Part = { type: "text-end", id: "0" };
const say = (delta: string): Part => ({ type: "text-delta", id: "0", delta });
const finish = (unified: "stop" | "interrupted" | "error", usage = USAGE): Part => ({
  type: "finish",
  finishReason: { unified, raw: undefined },
  usage,
});

const raw = () => answerEvents(text(), (content) => ({ content }));
const byLine = () => answerEvents(fuse(text(), lines()), (item) => ({ item }));

describe("the events of an answer", () => {
  test("are its units, and how it ended without the provider's own figures", () => {
    const parts = [START, say("a"), say("b"), END, { type: "usage", usage: USAGE } as Part];
    expect(run(raw(), [...parts, finish("stop")])).toEqual([
      { data: { content: "a" } },
      { data: { content: "b" } },
      { id: "done", data: { done: true, finishReason: "stop", usage: SHOWN_USAGE } },
    ]);
  });

  test("hold no part of another choice, and do not end with one", () => {
    const other = { ...finish("stop"), choice: 1 } as Part;
    const stranger: Part = { type: "text-start", id: "1", choice: 1 };
    const parts = [START, stranger, { ...say("x"), id: "1" } as Part, say("a"), other, END];
    expect(run(raw(), [...parts, finish("stop", NO_USAGE)]).map(({ data }) => data)).toEqual([
      { content: "a" },
      { done: true, finishReason: "stop", usage: NO_USAGE },
    ]);
  });

  test("end at the first error, behind the text that was held", () => {
    const error = {
      kind: "overloaded",
      message: "Later",
      retryable: true,
      data: "secret",
    } as const;
    const parts = [START, say("a\nb"), { type: "error", error } as Part, say("c"), finish("stop")];
    expect(run(byLine(), parts)).toEqual([
      { data: { item: "a\n" } },
      { data: { item: "b" } },
      {
        type: "error",
        data: { error: { kind: "overloaded", message: "Later", retryable: true } },
      },
      { id: "done", data: { done: true, finishReason: "error", usage: NO_USAGE } },
    ]);
  });

  test("tell an answer that broke off from a body that was none", () => {
    const kinds = (parts: Part[]) =>
      run(raw(), parts).map(({ data }) => ("error" in data ? data.error : Object.keys(data)[0]));
    expect(kinds([START, say("a"), END, finish("interrupted")])).toEqual([
      "content",
      expect.objectContaining({ kind: "transport", retryable: true }),
      "done",
    ]);
    expect(kinds([finish("interrupted")])).toEqual([
      expect.objectContaining({ kind: "malformed-event", retryable: false }),
      "done",
    ]);
  });

  test("close in order when a unit grows beyond its limit", () => {
    const short = answerEvents(fuse(text(), lines({ maxLength: 3 })), (item) => ({ item }));
    const [item, error, last] = run(short, [START, say("abcdef")]);
    expect(item).toEqual({ data: { item: "abc" } });
    expect(error).toMatchObject({ type: "error", data: { error: { kind: "malformed-event" } } });
    expect(last).toMatchObject({ data: { done: true, finishReason: "error" } });
  });

  test("close in order when the stages above fail", () => {
    const failing = map((part: Part) => {
      if (part.type === "text-end") throw new Error("Broken");
      return part;
    });
    const events = run(fuse(failing, byLine()), [START, say("a"), END]);
    expect(events.map(({ data }) => Object.keys(data)[0])).toEqual(["item", "error", "done"]);
  });
});
