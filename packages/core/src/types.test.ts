import { expectTypeOf, test } from "vitest";
import { filter } from "./filter.ts";
import { fuse } from "./fuse.ts";
import { decodeText } from "./decode-text.ts";
import { encodeText } from "./encode-text.ts";
import { map } from "./map.ts";
import { pipe } from "./pipe.ts";
import { run } from "./run.ts";
import type { Stage } from "./stage.ts";
import { take } from "./take.ts";
import { toTransformStream } from "./to-transform-stream.ts";

// Checked by the compiler; that they run at all is beside the point.

test("a stage is assignable to the platform's transform stream", () => {
  expectTypeOf<Stage<Uint8Array, string>>().toExtend<TransformStream<Uint8Array, string>>();
  expectTypeOf<Stage<string, number>>().toExtend<ReadableWritablePair<number, string>>();
});

test("types flow through pipe without annotations", () => {
  const output = pipe(
    ["mill", "race"],
    map((text) => text.length),
    filter((length) => length > 3),
    take(1),
    map((length) => ({ length })),
  );
  expectTypeOf(output).toEqualTypeOf<ReadableStream<{ length: number }>>();
  expectTypeOf(pipe(new Blob().stream(), decodeText())).toEqualTypeOf<ReadableStream<string>>();
});

test("types flow through pipe from an async iterable", () => {
  async function* chunks() {
    await Promise.resolve();
    yield { delta: "a" };
  }
  const output = pipe(
    chunks(),
    map((chunk) => chunk.delta),
  );
  expectTypeOf(output).toEqualTypeOf<ReadableStream<string>>();
});

test("types flow through pipeThrough without annotations", () => {
  const output = new Blob()
    .stream()
    .pipeThrough(decodeText())
    .pipeThrough(map((text) => text.length))
    .pipeThrough(map((length) => length > 0));
  expectTypeOf(output).toEqualTypeOf<ReadableStream<boolean>>();
});

test("types flow through fuse from its first stage on", () => {
  const fused = fuse(
    decodeText(),
    map((text) => text.length),
    map((length) => [length]),
  );
  expectTypeOf(fused).toEqualTypeOf<Stage<Uint8Array | string, number[]>>();
});

test("a type guard narrows what filter gives", () => {
  const texts = filter((item: string | number): item is string => typeof item === "string");
  expectTypeOf(texts).toEqualTypeOf<Stage<string | number, string>>();
});

test("run takes what the stage takes and gives what it emits", () => {
  expectTypeOf(run(encodeText(), ["a"])).toEqualTypeOf<Uint8Array<ArrayBuffer>[]>();
  expectTypeOf(toTransformStream(take<string>(1))).toEqualTypeOf<TransformStream<string, string>>();
});

test("stages that do not fit are refused", () => {
  // @ts-expect-error -- a number is not text
  pipe([1, 2], decodeText());
  const lengths = map((n: number) => n);
  // @ts-expect-error -- what comes out is text, what goes in is a number
  fuse(decodeText(), lengths);
});
