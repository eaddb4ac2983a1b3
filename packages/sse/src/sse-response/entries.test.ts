import { map, ParseError, run, stage, type Stage } from "@millrace/core";
import { countingSource, failingSource } from "@millrace/testing";
import { describe, expect, test, vi } from "vitest";
import { decodeSse } from "../decode-sse.ts";
import type { SseMessage } from "../sse-message.ts";
import { expectNoRejections } from "../rejections.fixture.ts";
import { sseResponse } from "../sse-response.ts";
import {
  OPEN,
  FAILED,
  requestWith,
  readerOf,
  byHand,
  cancellations,
} from "./sse-response.fixture.ts";

expectNoRejections();

describe("entries of a log", () => {
  /** Two frames for a word, a frame at the start and one at the end. */
  const spelled = (): Stage<string, string | SseMessage> =>
    stage((emit) => {
      emit("start");
      return {
        push(word) {
          if (word === "") return;
          emit(`first ${word}`);
          emit({ type: "word", data: `last ${word}` });
        },
        flush() {
          emit("[DONE]");
        },
      };
    });
  const log = [
    { seq: 1, value: "mill" },
    { seq: 2, value: "" },
    { seq: 3, value: "race" },
  ];

  test("have their ids ahead of their data where a format asks for it", async () => {
    const format = { idFirst: true, done: { type: "done", data: "1" } };
    const response = sseResponse(log, { encode: spelled, format });
    const blocks = (await response.text()).split("\n\n");
    expect(blocks).toContain("data: first mill");
    expect(blocks).toContain("id: 1\nevent: word\ndata: last mill");
  });

  async function sent(
    lastEventId: string,
    entries: Iterable<{ seq?: number; value: string }> = log,
  ) {
    const request = requestWith({ "last-event-id": lastEventId });
    const response = sseResponse(entries, { encode: spelled, request, format: {} });
    return run(decodeSse(), [await response.text()]).map(({ data, id }) => [data, id]);
  }

  test("carry their number on the last frame of each, and the end its id", async () => {
    expect(await sent("")).toEqual([
      ["start", undefined],
      ["first mill", undefined],
      ["last mill", "1"],
      ["first race", undefined],
      ["last race", "3"],
      ["[DONE]", "done"],
    ]);
  });

  test("are not sent again up to the client's cursor", async () => {
    const behind = [
      ["first race", undefined],
      ["last race", "3"],
      ["[DONE]", "done"],
    ];
    expect(await sent("1")).toEqual(behind);
    expect(await sent("2")).toEqual(behind);
    expect(await sent("3")).toEqual([["[DONE]", "done"]]);
    expect(await sent("99")).toEqual([["[DONE]", "done"]]);
  });

  test("count from 0, if their log does", async () => {
    const counted = [
      { seq: 0, value: "mill" },
      { seq: 1, value: "race" },
    ];
    expect((await sent("", counted))[2]).toEqual(["last mill", "0"]);
    expect(await sent("0", counted)).toEqual([
      ["first race", undefined],
      ["last race", "1"],
      ["[DONE]", "done"],
    ]);
  });

  test("from any cursor on are what is left of the whole", async () => {
    const whole = await sent("");
    for (const [index, [, id]] of whole.entries()) {
      if (id === undefined || id === "done") continue;
      expect(await sent(id)).toEqual(whole.slice(index + 1));
    }
  });

  test("without a number go to everybody", async () => {
    const reopened = [{ value: "open" }, { seq: 3, value: "race" }];
    expect(await sent("2", reopened)).toEqual([
      ["first open", undefined],
      ["last open", undefined],
      ["first race", undefined],
      ["last race", "3"],
      ["[DONE]", "done"],
    ]);
  });

  test("a cursor that is none of ours is refused", async () => {
    for (const cursor of ["x", "-1", "1.5", "1e3", "9".repeat(20), "١"]) {
      const source = cancellations();
      const request = { headers: { get: () => cursor } };
      const response = sseResponse(source.readable as unknown as Iterable<{ value: string }>, {
        encode: spelled,
        request,
      });
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await response.json()).toEqual({
        error: {
          kind: "invalid-request",
          message: "Last-Event-ID is not an id of this stream.",
          retryable: false,
        },
      });
      expect(source.reasons).toHaveLength(1);
    }
  });

  test("that fail can be come back for, so their error has no id", async () => {
    const source = failingSource(log.slice(0, 1), new Error("store"));
    const text = await sseResponse(source, { encode: spelled }).text();
    expect(text.endsWith(`data: last mill\nid: 1\n\n${FAILED}\n`)).toBe(true);
  });

  test("an encoder that speaks for itself when they fail has the last word", async () => {
    const brave = (): Stage<string, string> =>
      stage((emit, end) => ({
        push: emit,
        fail() {
          emit("failed");
          end();
        },
      }));
    const onError = vi.fn(() => undefined);
    const source = failingSource(log.slice(0, 1), new Error("store"));
    const text = await sseResponse(source, { encode: brave, onError, format: {} }).text();
    expect(text).toBe(`${OPEN}data: mill\nid: 1\n\ndata: failed\nid: done\n\n`);
    expect(onError).not.toHaveBeenCalled();
  });

  test("an encoder that ends early puts the end on its last frame, and cancels the log", async () => {
    const once = (): Stage<string, string> =>
      stage((emit, end) => ({
        push(word) {
          emit(word);
          end("enough");
        },
      }));
    const source = countingSource(log);
    const text = await sseResponse(source.readable, { encode: once, format: {} }).text();
    expect(text).toBe(`${OPEN}data: mill\nid: done\n\n`);
    expect(source.pulled).toBe(1);
    expect(source.cancelled).toBe(true);
  });

  test("an encoder that throws is told of, behind what it made before", async () => {
    const broken = () =>
      map((word: string) => {
        if (word === "race") throw new Error("bug");
        return word;
      });
    const heard: unknown[] = [];
    const source = countingSource(log);
    const response = sseResponse(source.readable, {
      encode: broken,
      onError: (error) => void heard.push(error),
    });
    const text = await response.text();
    expect(text).toBe(`${OPEN}data: mill\nid: 1\n\ndata: \nid: 2\n\n${FAILED}\n`);
    expect(heard).toEqual([new Error("bug")]);
    expect(source.reason).toBe(heard[0]);
  });

  test("an encoder that throws as it is made is told of, too", async () => {
    const bug = new Error("bug");
    const source = countingSource(log);
    const response = sseResponse(source.readable, {
      encode: () => {
        throw bug;
      },
    });
    expect(await response.text()).toBe(`${OPEN}${FAILED}\n`);
    expect(source.reason).toBe(bug);
  });

  test("what is no entry is told of", async () => {
    for (const item of [null, "x", {}, { seq: "1", value: 1 }, { seq: -1, value: 1 }]) {
      const heard: unknown[] = [];
      const response = sseResponse([{ value: "mill" }, item] as never[], {
        encode: spelled,
        onError: (error) => void heard.push(error),
      });
      await response.text();
      expect(heard).toEqual([expect.any(ParseError)]);
      const message = expect.stringContaining("must be { seq, value }") as string;
      expect(heard).toMatchObject([{ offset: 1, message }]);
    }
  });

  test("are sent as they come", async () => {
    const source = byHand<{ seq: number; value: string }>();
    const reader = readerOf(sseResponse(source.readable, { encode: spelled }));
    expect(await reader.next()).toBe(OPEN);
    expect(await reader.next()).toBe("data: start\n\n");
    const read = reader.next();
    source.give({ seq: 1, value: "mill" });
    expect(await read).toBe("data: first mill\n\n");
    expect(await reader.next()).toBe("event: word\ndata: last mill\nid: 1\n\n");
    await reader.cancel("enough");
  });
});
