import { describe, expect, test } from "vitest";
import { map } from "./map.ts";
import { pipe } from "./pipe.ts";
import { run } from "./run.ts";
import { stage } from "./stage.ts";
import { collect, letters, pause, slowly, watched, withoutRejections } from "./streams.fixture.ts";
import { take } from "./take.ts";

withoutRejections();

describe("pipe takes", () => {
  test("a ReadableStream, and lets go of it at the end", async () => {
    const source = new Blob(["mill"]).stream();
    const text = pipe(
      source,
      map((bytes) => bytes.length),
    );
    expect(source.locked).toBe(true);
    expect(await collect(text)).toEqual([4]);
    expect(source.locked).toBe(false);
  });

  test("an async generator", async () => {
    async function* source() {
      yield 1;
      await pause();
      yield 2;
    }
    expect(await collect(pipe(source(), map(String)))).toEqual(["1", "2"]);
  });

  test("an array, and any other iterable", async () => {
    expect(await collect(pipe([1, 2], map(String)))).toEqual(["1", "2"]);
    expect(await collect(pipe(new Set([1, 2]), map(String)))).toEqual(["1", "2"]);
    expect(
      await collect(
        pipe(
          "ab",
          map((letter) => letter + letter),
        ),
      ),
    ).toEqual(["aa", "bb"]);
  });

  test("an iterator whose promises are not the platform's own", async () => {
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => {
        let count = 0;
        const next = () => Promise.resolve({ done: count === 2, value: count++ });
        return {
          next: () => ({ then: (...args: []) => next().then(...args) }) as ReturnType<typeof next>,
        };
      },
    };
    expect(await collect(pipe(source, map(String)))).toEqual(["0", "1"]);
  });

  test.each([
    ["null, as the body of an answer without one", null, "[object Null]"],
    ["nothing", undefined, "[object Undefined]"],
    ["a promise that nobody has awaited", Promise.resolve([]), "[object Promise]"],
    ["a number", 7, "[object Number]"],
  ])("no source that is none: %s", (_, source, what) => {
    const message = `Cannot read ${what}: a source is a ReadableStream or an iterable`;
    expect(() => pipe(source as unknown as number[])).toThrow(new TypeError(message));
  });

  test("no stage, and gives the source as a stream", async () => {
    expect(await collect(pipe([1, 2]))).toEqual([1, 2]);
  });

  test("a million synchronous items that give nothing, without a deep stack", async () => {
    function* source() {
      for (let index = 0; index < 1_000_000; index++) yield index;
    }
    const nothing = stage<number, number>(() => ({ push: () => undefined }));
    expect(await collect(pipe(source(), nothing))).toEqual([]);
  });
});

describe("pipe pulls", () => {
  test("nothing before the first read, and nothing ahead of the reader", async () => {
    let pulled = 0;
    const source = {
      *[Symbol.iterator]() {
        for (;;) yield pulled++;
      },
    };
    const output = pipe(source, map(String), map(String));
    const reader = output.getReader();
    await pause();
    expect(pulled).toBe(0);
    await reader.read();
    await reader.read();
    await pause();
    expect(pulled).toBe(2);
    await reader.cancel();
  });

  test("with one read pending at a time, however many the reader asks for", async () => {
    let pending = 0;
    let most = 0;
    async function* source() {
      for (let index = 0; index < 5; index++) {
        most = Math.max(most, ++pending);
        await pause();
        pending--;
        yield index;
      }
    }
    const reader = pipe(source(), map(String)).getReader();
    const reads = await Promise.all(Array.from({ length: 6 }, () => reader.read()));
    expect(reads.map((result) => result.value)).toEqual(["0", "1", "2", "3", "4", undefined]);
    expect(most).toBe(1);
  });

  test("a long chunk in slices, only as they are read", async () => {
    let emitted = 0;
    const letters = stage<string, string>(
      (emit) => ({
        push(text) {
          for (const letter of text) {
            emitted++;
            emit(letter);
          }
        },
      }),
      { cuttable: true },
    );
    const reader = pipe(["x".repeat(200_000)], letters).getReader();
    await reader.read();
    await pause();
    expect(emitted).toBe(65_536);
    for (let index = 1; index < 65_537; index++) await reader.read();
    expect(emitted).toBe(131_072);
    await reader.cancel();
  });
});

describe("a source that fails", () => {
  test("is heard of behind all outputs", async () => {
    function* source() {
      yield "ab";
      throw new Error("upstream");
    }
    expect(await slowly(pipe(source(), letters()))).toEqual([
      "a",
      "b",
      "(failed: upstream)",
      new Error("upstream"),
    ]);
  });

  test("is heard of by a loop although the last item came together with the end", async () => {
    function* source() {
      yield "a";
      throw new Error("upstream");
    }
    const owing = stage<string, string>((emit) => ({
      push: emit,
      fail() {
        emit("b");
        emit("c");
      },
    }));
    const heard: string[] = [];
    const loop = async () => {
      for await (const item of pipe(source(), owing)) heard.push(item);
    };
    await expect(loop()).rejects.toThrow("upstream");
    expect(heard).toEqual(["a", "b", "c"]);
  });

  test("asynchronously does so too, and is let go of", async () => {
    const source = new ReadableStream<string>({
      pull(controller) {
        controller.error(new Error("upstream"));
      },
    });
    expect(await slowly(pipe(source, letters()))).toEqual([
      "(failed: upstream)",
      new Error("upstream"),
    ]);
    expect(source.locked).toBe(false);
  });

  test("while the output is being cancelled harms nobody", async () => {
    const source = new ReadableStream<string>({
      pull: () => new Promise(() => undefined),
      cancel: () => Promise.reject(new Error("cannot cancel")),
    });
    await expect(pipe(source, letters()).cancel()).resolves.toBeUndefined();
    function* stubborn() {
      try {
        yield "a";
        yield "b";
      } finally {
        // oxlint-disable-next-line no-unsafe-finally -- a source as unkind as they come
        throw new Error("cannot return");
      }
    }
    for await (const item of pipe(stubborn(), letters())) if (item === "a") break;
  });
});

describe("a broken iterator", () => {
  test("that gives no result is an error, and no endless loop", async () => {
    const source = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(undefined) }) };
    const broken = source as unknown as AsyncIterable<string>;
    await expect(collect(pipe(broken, letters()))).rejects.toThrow(TypeError);
  });

  test("with a controller that is none is returned all the same", async () => {
    let returned = false;
    function* items() {
      try {
        yield* ["a", "b"];
      } finally {
        returned = true;
      }
    }
    const source = { controller: { abort: 1 }, [Symbol.iterator]: items };
    expect(await collect(pipe(source, take(1)))).toEqual(["a"]);
    expect(returned).toBe(true);
  });
});

describe("a stage that throws", () => {
  test("undefined has thrown", async () => {
    const source = watched("a", "b");
    const broken = stage<string, string>(() => ({
      push() {
        // oxlint-disable-next-line typescript/only-throw-error -- `throw reason` of an abort without one
        throw undefined;
      },
    }));
    await expect(collect(pipe(source.stream, broken))).rejects.toBeUndefined();
    expect(source.cancelled).toEqual([undefined]);
    expect(() => run(broken, ["a"])).toThrow();
  });

  test("gives its outputs first, and cancels the source with its error", async () => {
    const source = watched("ab", "c!", "d");
    expect(await slowly(pipe(source.stream, letters(), map(String)))).toEqual([
      "a",
      "b",
      "c",
      "(failed: bang)",
      new Error("bang"),
    ]);
    expect(source.cancelled).toEqual([new Error("bang")]);
  });
});

describe("a stage that ends", () => {
  test("closes the output and returns the iterator", async () => {
    let returned = 0;
    function* source() {
      try {
        yield* [1, 2, 3];
      } finally {
        returned++;
      }
    }
    expect(await collect(pipe(source(), take(2)))).toEqual([1, 2]);
    expect(returned).toBe(1);
  });

  test("in start reads nothing", async () => {
    const source = watched("a");
    expect(await collect(pipe(source.stream, take(0)))).toEqual([]);
    expect(source.cancelled).toEqual([undefined]);
  });

  test("in the middle of a chain flushes those below", async () => {
    const flushed = stage<number, string>((emit) => ({
      push: (item) => {
        emit(String(item));
      },
      flush: () => {
        emit("flushed");
      },
    }));
    const output = pipe(
      [1, 2, 3],
      map((n) => n),
      take(2),
      flushed,
    );
    expect(await collect(output)).toEqual(["1", "2", "flushed"]);
  });
});

describe("cancelling the output", () => {
  test("cancels a ReadableStream at once, with the reason, also while a read is pending", async () => {
    const source = watched<string>();
    const output = pipe(source.stream, letters());
    const reader = output.getReader();
    const read = reader.read();
    await pause();
    const cancelled = reader.cancel("enough");
    expect(source.cancelled).toEqual(["enough"]);
    await cancelled;
    expect(await read).toEqual({ done: true, value: undefined });
    expect(source.stream.locked).toBe(false);
  });

  test("aborts the stream of an official SDK at once, while its read is pending", async () => {
    const controller = new AbortController();
    async function* chunks() {
      yield "a";
      await new Promise((_, reject) => {
        controller.signal.addEventListener("abort", () => {
          reject(controller.signal.reason as Error);
        });
      });
    }
    const sdkStream = { controller, [Symbol.asyncIterator]: chunks };
    const reader = pipe(sdkStream, letters()).getReader();
    await reader.read();
    const read = reader.read();
    await pause();
    void reader.cancel(new Error("enough"));
    expect(controller.signal.reason).toEqual(new Error("enough"));
    expect(await read).toEqual({ done: true, value: undefined });
  });

  test("returns a generator as soon as its pending next has settled", async () => {
    let release!: () => void;
    let returned = false;
    async function* source() {
      try {
        await new Promise<void>((resolve) => (release = resolve));
        yield "late";
      } finally {
        returned = true;
      }
    }
    const reader = pipe(source(), letters()).getReader();
    const read = reader.read();
    await pause();
    await reader.cancel();
    expect(await read).toEqual({ done: true, value: undefined });
    expect(returned).toBe(false);
    release();
    await pause();
    expect(returned).toBe(true);
  });

  test("by leaving a for await, for each kind of source", async () => {
    const stream = watched("a", "b");
    for await (const item of pipe(stream.stream, letters())) if (item === "a") break;
    expect(stream.cancelled).toEqual([undefined]);

    const returned: string[] = [];
    function* sync() {
      try {
        yield* ["a", "b"];
      } finally {
        returned.push("sync");
      }
    }
    async function* async() {
      try {
        await pause();
        yield* ["a", "b"];
      } finally {
        returned.push("async");
      }
    }
    for await (const item of pipe(sync(), letters())) if (item === "a") break;
    for await (const item of pipe(async(), letters())) if (item === "a") break;
    await pause();
    expect(returned).toEqual(["sync", "async"]);
  });

  test("of a source that cannot be told", async () => {
    let count = 0;
    const next = () => ({ done: false, value: String(count++) });
    const source = { [Symbol.iterator]: () => ({ next }) };
    for await (const item of pipe(source, letters())) if (item === "1") break;
    expect(count).toBe(2);
  });

  test("by an iterator's return while its next is pending", async () => {
    const source = watched<string>();
    const iterator = pipe(source.stream, letters())[Symbol.asyncIterator]();
    const next = iterator.next();
    await pause();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(source.cancelled).toEqual([undefined]);
  });

  test("before the first read cancels the source too", async () => {
    const source = watched("a");
    await pipe(source.stream, letters()).cancel("never mind");
    expect(source.cancelled).toEqual(["never mind"]);
  });

  test("tells an iterator once, and none that has ended", async () => {
    const many = stage<number, number>((emit, end) => ({
      push(item) {
        for (let left = item; left > 0; left--) emit(item);
        end("enough");
      },
      flush() {
        for (let left = 3; left > 0; left--) emit(left);
      },
    }));
    for (const [items, expected] of [
      [[3], 1],
      [[], 0],
    ] as const) {
      let returned = 0;
      const iterator = items[Symbol.iterator]();
      const source = {
        [Symbol.iterator]: () => ({
          next: () => iterator.next(),
          return() {
            returned++;
            return { done: true as const, value: undefined };
          },
        }),
      };
      const reader = pipe(source, many).getReader();
      await reader.read();
      await reader.cancel("gone");
      expect(returned).toBe(expected);
    }
  });

  test("from within a stage's own output does no harm", async () => {
    const source = watched("ab", "c");
    const output = pipe(source.stream, letters());
    const heard: string[] = [];
    const sink = new WritableStream<string>({
      write(item, controller) {
        heard.push(item);
        controller.error(new Error("full"));
      },
    });
    await expect(output.pipeTo(sink)).rejects.toThrow("full");
    expect(heard).toEqual(["a"]);
    expect(source.cancelled).toEqual([new Error("full")]);
  });
});

test("pipe gives the body of a Response", async () => {
  const body = pipe(
    ["mill", "race"],
    map((text) => new TextEncoder().encode(text)),
  );
  expect(await new Response(body).text()).toBe("millrace");
});
