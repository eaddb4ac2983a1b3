import { describe, expect, test } from "vitest";
import { stage } from "./stage.ts";
import {
  collect,
  letters,
  pause,
  streamOf,
  watched,
  withoutRejections,
} from "./streams.fixture.ts";
import { take } from "./take.ts";
import { toTransformStream } from "./to-transform-stream.ts";

withoutRejections();

describe("toTransformStream", () => {
  test("gives an instance of the platform's class, which does what the stage does", async () => {
    const native = toTransformStream(letters());
    expect(native).toBeInstanceOf(TransformStream);
    expect(await collect(streamOf("ab", "c").pipeThrough(native))).toEqual(["a", "b", "c"]);
  });

  test("flushes the stage at the end", async () => {
    const counted = stage<string, number>((emit) => {
      let count = 0;
      return {
        push: () => {
          count++;
        },
        flush: () => {
          emit(count);
        },
      };
    });
    const output = streamOf("a", "b").pipeThrough(toTransformStream(counted));
    expect(await collect(output)).toEqual([2]);
  });

  test("ends early when the stage does, and cancels the source", async () => {
    const source = watched(1, 2, 3);
    const output = source.stream.pipeThrough(toTransformStream(take<number>(2)));
    expect(await collect(output)).toEqual([1, 2]);
    await pause();
    expect(source.cancelled).toHaveLength(1);
  });

  test("fails with what the stage throws", async () => {
    const source = watched("a!");
    const output = source.stream.pipeThrough(toTransformStream(letters()));
    await expect(collect(output)).rejects.toThrow("bang");
    expect(source.cancelled).toEqual([new Error("bang")]);
  });

  test("closes when the stage's fail ends cleanly", async () => {
    const brave = stage<string, string>((emit, end) => ({
      push() {
        throw new Error("bang");
      },
      fail() {
        emit("closed");
        end();
      },
    }));
    const output = streamOf("a").pipeThrough(toTransformStream(brave));
    expect(await collect(output)).toEqual(["closed"]);
  });

  test("throws what the stage's start throws", () => {
    const broken = stage<string, string>(() => {
      throw new Error("start");
    });
    expect(() => toTransformStream(broken)).toThrow("start");
  });
});
