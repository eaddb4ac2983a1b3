import { isStageError, pipe, stage } from "@millrace/core";
import { countingSource, failingSource } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import { collect } from "./collect.ts";
import { CollectError, type Collected } from "./collect/collected.ts";
import type { FilePart, FinishPart, Part } from "./part.ts";
import type { Usage } from "./usage.ts";

const usage: Usage = { inputTokens: { total: 3 }, outputTokens: { total: 4 } };
const finish: FinishPart = {
  type: "finish",
  finishReason: { unified: "stop", raw: "stop" },
  usage,
  stopSequence: "END",
};

function block(id: string, ...deltas: string[]): Part[] {
  return [
    { type: "text-start", id },
    ...deltas.map((delta): Part => ({ type: "text-delta", id, delta })),
    { type: "text-end", id },
  ];
}

const answer: Part[] = [
  { type: "response-metadata", id: "r" },
  { type: "response-metadata", modelId: "m", providerMetadata: { p: { x: 1 } } },
  { type: "reasoning-start", id: "think" },
  { type: "reasoning-delta", id: "think", delta: "hm" },
  { type: "reasoning-end", id: "think" },
  ...block("a", "Good ", "morning"),
  { type: "text-start", id: "b", kind: "refusal" },
  { type: "text-delta", id: "b", delta: "no" },
  { type: "text-end", id: "b" },
  ...block("c", "!"),
  { type: "tool-input-start", id: "t", toolName: "f" },
  { type: "tool-input-delta", id: "t", delta: '{"a":1}' },
  { type: "tool-input-end", id: "t" },
  { type: "tool-call", toolCallId: "t", toolName: "f", input: '{"a":1}', inputState: "valid" },
  { type: "tool-result", toolCallId: "t", result: "some", preliminary: true },
  { type: "tool-result", toolCallId: "t", result: "all" },
  { type: "source", id: "s", source: { kind: "url" }, anchor: { blockId: "a" } },
  { type: "usage", usage },
  finish,
];

function errorPart(message: string): Part {
  return { type: "error", error: { kind: "server", message, retryable: true } };
}

describe("collect", () => {
  test("gives the whole of an answer", async () => {
    const result = await collect(answer);
    expect(result).toEqual({
      text: "Good morning!",
      reasoning: "hm",
      refusal: "no",
      toolCalls: [{ toolCallId: "t", toolName: "f", input: { a: 1 } }],
      toolResults: [{ type: "tool-result", toolCallId: "t", result: "all" }],
      sources: [answer[21]],
      files: [],
      usage,
      finishReason: "stop",
      finish,
      response: { id: "r", modelId: "m", providerMetadata: { p: { x: 1 } } },
      error: undefined,
      parts: [],
    });
    expect(Object.getOwnPropertyDescriptor(result, "text")).toHaveProperty("value");
  });

  test("keeps the parts when asked", async () => {
    expect((await collect(answer, { parts: true })).parts).toEqual(answer);
  });

  test("is about one choice, with what is said of all", async () => {
    const second = block("d", "zwei").map((part) => ({ ...part, choice: 1 }));
    const other: Part = {
      ...finish,
      finishReason: { unified: "length", raw: "length" },
      choice: 1,
    };
    const parts = [...answer.slice(0, -1), ...second, other, finish];
    const result = await collect(parts, { choice: 1 });
    expect(result).toMatchObject({ text: "zwei", finishReason: "length", toolCalls: [], usage });
    expect(result.response.modelId).toBe("m");
    expect(await collect(parts)).toEqual(await collect(answer));
  });

  test("takes all that pipe takes, and strings", async () => {
    async function* generated() {
      for (const part of answer) yield await Promise.resolve(part);
    }
    for (const source of [pipe(answer), generated(), new Set(answer)]) {
      expect((await collect(source)).text).toBe("Good morning!");
    }
    const strings = await collect(pipe(["mill", "race"]));
    expectTypeOf(strings.text).toEqualTypeOf<string>();
    expect(strings).toMatchObject({ text: "millrace", error: undefined });
    expect(await collect(new Set<string>())).toMatchObject({ text: "", error: undefined });
  });

  test("drops what is taken back", async () => {
    const parts: Part[] = [...answer.slice(0, -1), { type: "reset", blocks: ["a", "t", "think"] }];
    const result = await collect([...parts, ...block("d", "?"), finish]);
    expect(result).toMatchObject({ text: "!?", reasoning: "", toolCalls: [], sources: [] });
    expect(result.toolResults).toEqual([]);
  });

  test("joins the pieces of a file, and replaces what was preliminary", async () => {
    const piece = (data: string): FilePart => ({
      type: "file",
      id: "sound",
      mediaType: "audio/*",
      data: { type: "data", data },
      delta: true,
    });
    const image = (url: string, preliminary?: true): FilePart => ({
      type: "file",
      id: "image",
      mediaType: "image/png",
      data: { type: "url", url },
      ...(preliminary && { preliminary }),
    });
    const parts = [piece(btoa("a")), image("blurred", true), piece(btoa("bc")), image("sharp")];
    expect((await collect(parts)).files).toEqual([
      {
        type: "file",
        id: "sound",
        mediaType: "audio/*",
        data: { type: "data", data: btoa("abc") },
      },
      image("sharp"),
    ]);
    expect((await collect([piece("?"), piece("!")])).files[0]?.data).toEqual({
      type: "data",
      data: "?!",
    });
  });
});

describe("collect, when something goes wrong", () => {
  const begun = answer.slice(0, 7); // in the middle of the text

  test("gives an error part beside all that came", async () => {
    const parts = [...begun, errorPart("first"), errorPart("second"), finish];
    expect(await collect(parts)).toMatchObject({
      text: "Good ",
      finishReason: "stop",
      error: { kind: "server", message: "first" },
    });
  });

  test("says that an answer was interrupted", async () => {
    expect(await collect(begun)).toMatchObject({
      text: "Good ",
      finishReason: "interrupted",
      error: { kind: "transport", retryable: true },
    });
    const interrupted = { unified: "interrupted", raw: undefined } as const;
    const { error } = await collect([{ ...finish, finishReason: interrupted }]);
    expect(error?.kind).toBe("transport");
  });

  test("says that an answer finished with an error", async () => {
    const failed = { ...finish, finishReason: { unified: "error", raw: "load" } } as const;
    expect((await collect([failed])).error).toMatchObject({
      kind: "unknown",
      message: 'The answer finished with "load"',
    });
  });

  test("gives the failure of a source as an error, too, and what had been begun", async () => {
    const reason = new Error("connection lost");
    const result = await collect(failingSource(answer.slice(0, 17), reason));
    expect(result).toMatchObject({
      text: "Good morning!",
      error: { kind: "transport", message: "connection lost", data: reason },
    });
    expect(result.toolCalls).toMatchObject([{ toolCallId: "t", text: '{"a":1}' }]);
    expect(isStageError(result.toolCalls[0]?.error, "incomplete")).toBe(true);
  });

  test("keeps the error part of a decoder whose source has failed", async () => {
    const decoded = stage<Part, Part>((emit) => ({
      push: emit,
      fail: () => emit(errorPart("from the decoder")),
    }));
    const { error } = await collect(failingSource(begun, new Error("lost")).pipeThrough(decoded));
    expect(error?.message).toBe("from the decoder");
  });

  test("rejects when told to, with all that came", async () => {
    const reason = new Error("connection lost");
    const thrown = await collect(failingSource(begun, reason), { throw: true }).catch(
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(CollectError);
    expect(thrown).toMatchObject({
      name: "CollectError",
      message: "connection lost",
      cause: reason,
      error: { kind: "transport" },
      result: { text: "Good " },
    });
    await expect(collect(begun, { throw: true })).rejects.toBeInstanceOf(CollectError);
    expect((await collect(answer, { throw: true })).text).toBe("Good morning!");
  });

  test("rejects as the platform does where the answer was aborted", async () => {
    const reason = new DOMException("The user left.", "AbortError");
    await expect(collect(failingSource(begun, reason), { throw: true })).rejects.toMatchObject({
      name: "AbortError",
      result: { text: "Good " },
    });
  });

  test("stops at its limit, and cancels the source", async () => {
    const source = countingSource(block("a", "1234", "5678", "9"));
    const result = await collect(source.readable, { maxHeld: 2 + 6 });
    expect(result).toMatchObject({ text: "1234", error: { kind: "too-large" } });
    expect(isStageError(source.reason, "limit")).toBe(true);
    const itself: Record<string, unknown> = {};
    itself["itself"] = itself;
    const circular: Part = { type: "tool-result", toolCallId: "t", result: itself };
    expect((await collect([circular], { maxHeld: 100 })).error?.kind).toBe("too-large");
    const many = Array.from({ length: 10 }, () => answer).flat();
    expect((await collect(many, { parts: true, maxHeld: 3000 })).error?.kind).toBe("too-large");
  });

  test("holds the input of a call once, and nothing of what is taken back", async () => {
    const input = JSON.stringify("x".repeat(100));
    const call = (id: string): Part[] => [
      { type: "tool-input-start", id, toolName: "f" },
      { type: "tool-input-delta", id, delta: input },
      { type: "tool-input-end", id },
      { type: "tool-call", toolCallId: id, toolName: "f", input, inputState: "valid" },
    ];
    const parts: Part[] = [
      ...call("a"),
      ...["b", "c", "d"].flatMap((id): Part[] => [
        ...call(id).slice(0, 2),
        { type: "reset", blocks: [id] },
      ]),
    ];
    const { toolCalls, error } = await collect(parts, { maxHeld: 270 });
    expect([toolCalls.length, error?.kind]).toEqual([1, "transport"]);
  });

  test("is cancelled by a signal, at once, with what has come", async () => {
    const source = countingSource(begun, { stall: true });
    const abort = new AbortController();
    const result = await collect(source.readable, {
      signal: abort.signal,
      onUpdate: ({ text }) => {
        if (text !== "") abort.abort("enough");
      },
    });
    expect(result).toMatchObject({ text: "Good ", error: { kind: "aborted", data: "enough" } });
    expect(source.reason).toBe("enough");
    const late = await collect(answer, { signal: abort.signal });
    expect(late.error?.kind).toBe("aborted");
  });

  test("tells a timeout from an abort", async () => {
    const late = new DOMException("Too late", "TimeoutError");
    const { error } = await collect(answer, { signal: AbortSignal.abort(late) });
    expect(error).toMatchObject({ kind: "timeout", retryable: true });
  });

  test("rejects with what onUpdate throws", async () => {
    const bug = new Error("in the page");
    const source = countingSource(answer);
    const collecting = collect(source.readable, {
      onUpdate: () => {
        throw bug;
      },
    });
    await expect(collecting).rejects.toBe(bug);
    expect(source.reason).toBe(bug);
  });
});

describe("collect, live", () => {
  test("shows after every part what has come, and can be kept", async () => {
    const kept: Collected[] = [];
    const seen = new Set<unknown>();
    await collect(answer, {
      onUpdate(result) {
        seen.add(result);
        kept.push({ ...result });
      },
    });
    expect(seen.size).toBe(1);
    expect(kept.map(({ text }) => text).filter((text, at, all) => text !== all[at - 1])).toEqual([
      "",
      "Good ",
      "Good morning",
      "Good morning!",
    ]);
    expect(kept.at(-2)?.finishReason).toBe("interrupted");
    expect(kept.at(-1)?.finishReason).toBe("stop");
    expect(kept.map(({ error }) => error).filter(Boolean)).toEqual([]);
  });

  test("is equal to a slow look at all parts", async () => {
    await fc.assert(
      fc.asyncProperty(answers(), async (parts) => {
        const result = await collect(parts, { parts: true });
        expect(result.parts).toEqual(parts);
        expect({
          text: result.text,
          reasoning: result.reasoning,
          calls: result.toolCalls.map(({ toolCallId }) => toolCallId),
          finishReason: result.finishReason,
          failed: result.error !== undefined,
        }).toEqual(slowly(parts));
      }),
    );
  });
});

/** Starts from the end: what is void is known before anything is read. */
function slowly(parts: readonly Part[]): object {
  const taken = parts.flatMap((part) => (part.type === "reset" ? part.blocks : []));
  const starts = parts.filter(
    (part) =>
      (part.type === "text-start" || part.type === "reasoning-start") &&
      part.choice === undefined &&
      !taken.includes(part.id),
  ) as { type: string; id: string; kind?: string }[];
  const textOf = (id: string) =>
    parts.map((part) => ("delta" in part && "id" in part && part.id === id ? part.delta : ""));
  const join = (type: string) =>
    starts
      .filter((start) => start.type === type && (start.kind === undefined || type !== "text-start"))
      .flatMap(({ id }) => textOf(id))
      .join("");
  const last = parts.find((part) => part.type === "finish");
  const calls = parts.filter((part) => part.type === "tool-call");
  return {
    text: join("text-start"),
    reasoning: join("reasoning-start"),
    calls: calls
      .filter(({ choice, toolCallId }) => choice === undefined && !taken.includes(toolCallId))
      .map(({ toolCallId }) => toolCallId),
    finishReason: last?.finishReason.unified,
    failed: ["error", "interrupted"].includes(last?.finishReason.unified ?? ""),
  };
}
