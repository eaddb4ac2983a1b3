import { describe, expect, test } from "vitest";
import { decodeText } from "./decode-text.ts";
import { encodeText } from "./encode-text.ts";
import { filter } from "./filter.ts";
import { map } from "./map.ts";
import { pipe } from "./pipe.ts";
import { stage, type Stage } from "./stage.ts";
import {
  collect,
  failing,
  letters,
  noisy,
  pause,
  slowly,
  streamOf,
  watched,
  withoutRejections,
} from "./streams.fixture.ts";
import { take } from "./take.ts";

// A stage as the platform sees it: the real stream machinery on both sides.

withoutRejections();

describe("a stage between platform streams", () => {
  test("takes bytes from a Blob and gives text to a TextEncoderStream", async () => {
    const shouted = new Blob(["mill", "race ü"])
      .stream()
      .pipeThrough(decodeText())
      .pipeThrough(map((text) => text.toUpperCase()))
      .pipeThrough(new TextEncoderStream());
    expect(await new Response(shouted).text()).toBe("MILLRACE Ü");
  });

  test("stands behind a TextDecoderStream and a DecompressionStream", async () => {
    const gzipped = new Blob(["flour ".repeat(1000)])
      .stream()
      .pipeThrough(new CompressionStream("gzip"));
    const text = gzipped
      .pipeThrough(new DecompressionStream("gzip"))
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(map((piece) => piece.replaceAll("l", "L")));
    expect((await collect(text)).join("")).toBe("fLour ".repeat(1000));
  });

  test("reads a Response and is the body of another one", async () => {
    const source = new Response("wheel").body!;
    const body = source.pipeThrough(decodeText()).pipeThrough(encodeText());
    expect(await new Response(body).text()).toBe("wheel");
  });

  test("is cloned and compressed as any readable is", async () => {
    const [left, right] = streamOf("a", "b").pipeThrough(map(String)).tee();
    expect(await Promise.all([collect(left), collect(right)])).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  test("serves once, like any transform stream", () => {
    const once = map(String);
    streamOf(1).pipeThrough(once);
    expect(() => streamOf(2).pipeThrough(once)).toThrow(TypeError);
  });

  test("is opened by the first look, and its machine starts then", () => {
    let starts = 0;
    const counted = stage(() => {
      starts++;
      return { push: () => undefined };
    });
    expect(starts).toBe(0);
    expect(counted.readable).toBe(counted.readable);
    expect(counted.writable).toBe(counted.writable);
    expect(starts).toBe(1);
  });
});

describe("the end of the input", () => {
  test("flushes the machine and closes the output", async () => {
    expect(await collect(streamOf("a", "b").pipeThrough(noisy()))).toEqual(["a", "b", "flushed"]);
  });

  test("does not flush with preventClose, and a second source goes on", async () => {
    const stage = noisy();
    const output = collect(stage.readable);
    await streamOf("a").pipeTo(stage.writable, { preventClose: true });
    await streamOf("b").pipeTo(stage.writable);
    expect(await output).toEqual(["a", "b", "flushed"]);
  });

  test("an error in flush comes behind the outputs", async () => {
    const broken = stage<string, string>((emit) => ({
      push: emit,
      flush() {
        emit("owed");
        throw new Error("flush");
      },
      fail: () => {
        emit("failed");
      },
    }));
    expect(await slowly(streamOf("a", "b").pipeThrough(broken))).toEqual([
      "a",
      "b",
      "owed",
      "failed",
      new Error("flush"),
    ]);
  });
});

describe("a stage that throws", () => {
  test("in start gives an output that fails, and a cancelled source", async () => {
    const broken = stage<string, string>(() => {
      throw new Error("start");
    });
    const source = watched("a", "b", "c");
    expect(await slowly(source.stream.pipeThrough(broken))).toEqual([new Error("start")]);
    await pause();
    expect(source.cancelled).toEqual([new Error("start")]);
  });

  test("in push delivers all outputs first, to a slow reader too", async () => {
    const source = watched("abc", "d!e", "f", "g");
    expect(await slowly(source.stream.pipeThrough(letters()))).toEqual([
      "a",
      "b",
      "c",
      "d",
      "(failed: bang)",
      new Error("bang"),
    ]);
    expect(source.cancelled).toEqual([new Error("bang")]);
  });

  test("comes behind hundreds of outputs that nobody has read yet", async () => {
    const text = "abcdefghij".repeat(50);
    const output = streamOf(`${text}!`).pipeThrough(letters());
    await pause();
    const heard: string[] = [];
    const loop = async () => {
      for await (const letter of output) heard.push(letter);
    };
    await expect(loop()).rejects.toThrow("bang");
    expect(heard.join("")).toBe(`${text}(failed: bang)`);
  });

  test("cancels its source at once, before the reader has read anything", async () => {
    const source = watched("ab!", "c", "d");
    const output = source.stream.pipeThrough(letters());
    await pause();
    expect(source.cancelled).toEqual([new Error("bang")]);
    expect(await slowly(output)).toEqual(["a", "b", "(failed: bang)", new Error("bang")]);
  });

  test("rejects the write that it threw in", async () => {
    const stage = letters();
    const writer = stage.writable.getWriter();
    const closed = expect(writer.closed).rejects.toThrow("bang");
    await expect(writer.write("!")).rejects.toThrow("bang");
    await expect(writer.write("a")).rejects.toThrow("bang");
    await closed;
  });

  test("in fail replaces the error, as a catch block does", async () => {
    const broken = stage<string, string>((emit) => ({
      push: emit,
      fail(reason) {
        throw new Error("worse", { cause: reason });
      },
    }));
    const outputs = await slowly(failing("a").pipeThrough(broken));
    expect(outputs).toEqual(["a", new Error("worse", { cause: new Error("upstream") })]);
  });
});

describe("an upstream that fails", () => {
  test("is heard of behind every output, and fail has the last word", async () => {
    expect(await slowly(failing("abc", "d").pipeThrough(letters()))).toEqual([
      "a",
      "b",
      "c",
      "d",
      "(failed: upstream)",
      new Error("upstream"),
    ]);
  });

  test("ends cleanly when fail calls end", async () => {
    const brave = stage<string, string>((emit, end) => ({
      push: emit,
      fail() {
        emit("closed");
        end();
      },
    }));
    expect(await slowly(failing("a").pipeThrough(brave))).toEqual(["a", "closed"]);
  });

  test("passes through a chain of stages", async () => {
    const chain = failing("ab").pipeThrough(letters()).pipeThrough(noisy()).pipeThrough(noisy());
    expect(await slowly(chain)).toEqual(["a", "b", "(failed: upstream)", new Error("upstream")]);
  });

  test("with preventAbort leaves the stage open", async () => {
    const stage = noisy();
    const piped = failing("a").pipeTo(stage.writable, { preventAbort: true });
    const reader = stage.readable.getReader();
    expect(await reader.read()).toEqual({ done: false, value: "a" });
    await expect(piped).rejects.toThrow("upstream");
    await Promise.all([
      streamOf("b").pipeTo(stage.writable),
      expect(reader.read()).resolves.toEqual({ done: false, value: "b" }),
    ]);
  });

  test("a signal on pipeTo aborts the stage with its reason", async () => {
    const controller = new AbortController();
    const stage = letters();
    const source = watched("a");
    const piped = source.stream.pipeTo(stage.writable, { signal: controller.signal });
    const reader = stage.readable.getReader();
    await reader.read();
    controller.abort(new Error("stop"));
    await expect(piped).rejects.toThrow("stop");
    expect(await reader.read()).toEqual({ done: false, value: "(failed: stop)" });
    await expect(reader.read()).rejects.toThrow("stop");
    expect(source.cancelled).toEqual([new Error("stop")]);
  });
});

describe("a reader that cancels", () => {
  test("cancels the source with its reason, through a chain", async () => {
    const source = watched("a", "b", "c");
    const output = source.stream.pipeThrough(noisy()).pipeThrough(noisy()).pipeThrough(noisy());
    const reader = output.getReader();
    await reader.read();
    await reader.cancel("enough");
    await pause();
    expect(source.cancelled).toEqual(["enough"]);
  });

  test("is heard while a write is pending, and the write settles", async () => {
    const stage = letters();
    const writer = stage.writable.getWriter();
    const closed = expect(writer.closed).rejects.toBe("enough");
    const write = writer.write("abc");
    await pause();
    await stage.readable.cancel("enough");
    await expect(write).resolves.toBeUndefined();
    await expect(writer.write("d")).rejects.toBe("enough");
    await closed;
  });

  test("calls neither flush nor fail", async () => {
    const output = streamOf("a", "b").pipeThrough(noisy());
    const heard: string[] = [];
    for await (const item of output) {
      heard.push(item);
      break;
    }
    await pause();
    expect(heard).toEqual(["a"]);
    expect(output.locked).toBe(false);
  });

  test("by leaving a for await cancels the source", async () => {
    const source = watched("a", "b", "c");
    const output = source.stream.pipeThrough(noisy());
    for await (const item of output) if (item === "a") break;
    await pause();
    expect(source.cancelled).toEqual([undefined]);
  });

  test("with preventCancel can be followed by another reader", async () => {
    const output = streamOf("a", "b").pipeThrough(noisy());
    for await (const item of output.values({ preventCancel: true })) if (item === "a") break;
    expect(await collect(output)).toEqual(["b", "flushed"]);
  });

  test("of pipeTo with preventCancel leaves the output readable", async () => {
    const output = streamOf("a", "b", "c").pipeThrough(noisy());
    const sink = new WritableStream<string>({
      write: () => {
        throw new Error("sink");
      },
    });
    await expect(output.pipeTo(sink, { preventCancel: true })).rejects.toThrow("sink");
    // Streams standard: the chunk that the sink refused, and those already piped to it, are gone.
    expect((await collect(output)).at(-1)).toBe("flushed");
  });
});

describe("an iterator", () => {
  test("whose return is called while a read is pending settles at once", async () => {
    const source = watched<string>();
    const iterator = source.stream.pipeThrough(noisy()).values();
    const pending = iterator.next();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    await pause();
    expect(source.cancelled).toEqual([undefined]);
  });

  test("stays done after the end, and lets go of the stream", async () => {
    const output = streamOf("a").pipeThrough(map(String));
    const iterator = output.values();
    await iterator.next();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(output.locked).toBe(false);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(output.locked).toBe(false);
  });

  test("lets go of a stream that failed", async () => {
    const output = failing("a").pipeThrough(map(String));
    await expect(collect(output)).rejects.toThrow("upstream");
    expect(output.locked).toBe(false);
  });

  test("lets go of a stream that is left behind its last item, where it has failed already", async () => {
    const output = streamOf("a!").pipeThrough(letters());
    const iterator = output.values();
    await iterator.next();
    await iterator.next();
    await expect(iterator.return?.()).rejects.toThrow("bang");
    expect(output.locked).toBe(false);
  });
});

describe("end", () => {
  test("closes the output and cancels the source with its reason", async () => {
    const source = watched("a", "b", "stop", "c");
    const until = stage<string, string>((emit, end) => ({
      push(item) {
        emit(item);
        if (item !== "stop") return;
        end("enough");
        end("again");
        emit("late");
        throw new Error("late");
      },
      flush: () => {
        emit("flushed");
      },
    }));
    expect(await slowly(source.stream.pipeThrough(until))).toEqual(["a", "b", "stop"]);
    await pause();
    expect(source.cancelled).toEqual(["enough"]);
  });

  test("in start closes without a pull", async () => {
    const source = watched("a", "b");
    expect(await collect(source.stream.pipeThrough(take(0)))).toEqual([]);
    await pause();
    expect(source.cancelled).toEqual([undefined]);
  });

  test("in flush does nothing", async () => {
    const late = stage<string, string>((emit, end) => ({
      push: emit,
      flush() {
        end();
        emit("last");
      },
    }));
    expect(await collect(streamOf("a").pipeThrough(late))).toEqual(["a", "last"]);
  });

  test("in the middle of a chain ends what is above and flushes what is below", async () => {
    const source = watched("a", "b", "c");
    const output = source.stream.pipeThrough(noisy()).pipeThrough(take(2)).pipeThrough(noisy());
    expect(await slowly(output)).toEqual(["a", "b", "flushed"]);
    await pause();
    expect(source.cancelled).toEqual([undefined]);
  });
});

describe("back-pressure", () => {
  test("a reader that does not read lets at most two chunks a hop out of the source", async () => {
    for (const hops of [1, 2, 3]) {
      let pulled = 0;
      let output = new ReadableStream<number>({
        pull: (controller) => {
          controller.enqueue(pulled++);
        },
      });
      for (let hop = 0; hop < hops; hop++) output = output.pipeThrough(map((n: number) => n));
      await pause();
      expect(pulled).toBeLessThanOrEqual(2 * hops);
    }
  });

  test("a stage that gives nothing reads no further ahead than others", async () => {
    let pulled = 0;
    const source = new ReadableStream<number>({
      pull: (controller) => {
        controller.enqueue(pulled++);
      },
    });
    const output = source.pipeThrough(filter((item) => item === 100));
    await pause();
    expect(pulled).toBeLessThanOrEqual(2);
    const reader = output.getReader();
    expect(await reader.read()).toEqual({ done: false, value: 100 });
    await pause();
    expect(pulled).toBeLessThanOrEqual(104);
    await reader.cancel();
  });

  test("a write is done when all it gave was read", async () => {
    const stage = letters();
    const writer = stage.writable.getWriter();
    const reader = stage.readable.getReader();
    let done = false;
    const write = writer.write("abc").then(() => (done = true));
    await reader.read();
    await reader.read();
    await pause();
    expect(done).toBe(false);
    await reader.read();
    await write;
    expect(done).toBe(true);
  });

  test("a chunk of 16 MiB that gives a million items does not queue them all", async () => {
    let emitted = 0;
    const dots = stage<string, string>(
      (emit) => ({
        push(text) {
          for (let index = 0; index < text.length; index += 16) {
            emitted++;
            emit(text.slice(index, index + 16));
          }
        },
      }),
      { cuttable: true },
    );
    let read = 0;
    let ahead = 0;
    for await (const item of streamOf(".".repeat(2 ** 24)).pipeThrough(dots)) {
      read += item.length / 16;
      ahead = Math.max(ahead, emitted - read);
    }
    expect(read).toBe(2 ** 20);
    expect(ahead).toBeLessThanOrEqual(65_536 / 16);
  });

  test("long bytes are sliced too, and an error in a later slice comes behind its outputs", async () => {
    const bytes = new Uint8Array(200_000).fill(1);
    bytes[150_000] = 0;
    const slices = stage<Uint8Array, number>(
      (emit) => ({
        push(slice) {
          const zero = slice.indexOf(0);
          emit(zero === -1 ? slice.length : zero);
          if (zero !== -1) throw new Error("zero");
        },
      }),
      { cuttable: true },
    );
    const outputs = await slowly(streamOf(bytes).pipeThrough(slices));
    expect(outputs).toEqual([65_536, 65_536, 150_000 - 131_072, new Error("zero")]);
  });
});

describe("long inputs", () => {
  const long = "x".repeat(100_000);

  test("are units to a stage that does not say otherwise", async () => {
    expect(await collect(streamOf(long, "b").pipeThrough(take(1)))).toEqual([long]);
    expect(await collect(streamOf(long).pipeThrough(map((text) => text.length)))).toEqual([
      100_000,
    ]);
    const own = map((text: string) => text.length);
    const byHand: Stage<string, number> = {
      start: (emit, end) => own.start(emit, end),
      readable: own.readable,
      writable: own.writable,
    };
    expect(await collect(pipe([long], byHand))).toEqual([100_000]);
  });

  test("come in order though several reads wait", async () => {
    const pieces = stage<string, string>(
      (emit) => ({
        push(text) {
          for (let index = 0; index < text.length; index += 20_000) {
            emit(text.slice(index, index + 20_000));
          }
        },
      }),
      { cuttable: true },
    );
    const chunks = Array.from({ length: 20 }, (_, index) => String(index % 10).repeat(90_000));
    const reader = streamOf(...chunks)
      .pipeThrough(pieces)
      .getReader();
    let text = "";
    for (let more = true; more;) {
      const reads = await Promise.all([reader.read(), reader.read(), reader.read(), reader.read()]);
      for (const { value = "" } of reads) text += value;
      more = !reads.some(({ done }) => done);
    }
    expect(text === chunks.join("")).toBe(true);
  });

  test("reject their write when a later slice throws", async () => {
    const picky = stage<string, string>(
      (emit) => ({
        push(text) {
          if (text.includes("!")) throw new Error("bang");
          emit(text);
        },
      }),
      { cuttable: true },
    );
    const writer = picky.writable.getWriter();
    const closed = expect(writer.closed).rejects.toThrow("bang");
    const write = expect(writer.write(`${long}!`)).rejects.toThrow("bang");
    await expect(collect(picky.readable)).rejects.toThrow("bang");
    await Promise.all([write, closed]);
  });
});

test("a reader that lets go while its read is pending loses nothing", async () => {
  const stage = map((item: string) => item);
  const writer = stage.writable.getWriter();
  const first = stage.readable.getReader();
  const pending = expect(first.read()).rejects.toThrow(TypeError);
  await pause();
  first.releaseLock();
  await pending;
  await writer.write("a");
  const aborted = writer.abort(new Error("gone"));
  expect(await slowly(stage.readable)).toEqual(["a", new Error("gone")]);
  await aborted;
});

test("several reads at once are served in order", async () => {
  const reader = streamOf("ab", "c").pipeThrough(letters()).getReader();
  const reads = await Promise.all([reader.read(), reader.read(), reader.read(), reader.read()]);
  expect(reads.map((result) => result.value)).toEqual(["a", "b", "c", undefined]);
});
