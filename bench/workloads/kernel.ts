import { fuse, map, pipe, type Stage } from "@millrace/core";
import { bodyOf, cutText, drain, streamOf } from "../inputs/chunks.ts";
import { prose } from "../inputs/prose.ts";
import type { Contender, Row, Target, Workload } from "../src/workload.ts";

const CHUNKS = 5_000;
const CHUNK_LENGTH = 5;

export const workload: Workload = {
  about: "The kernel: what a hop and a stage cost, with stages that do nothing",
  rows: [bodyRow(), streamRow(), fusedStreamRow(), fusedMachineRow()],
};

/** A source with the cost of a real one; then one that costs nothing, to see what `pipe` adds. */
function bodyRow(): Row {
  return {
    name: "pipe, the body of a fetch",
    size: CHUNKS,
    equal: "outputs",
    prepare(size) {
      const chunks = textChunks(size).map((chunk) => new TextEncoder().encode(chunk));
      return Promise.resolve(pipeContenders(() => bodyOf(chunks), lengthOf, [{ atMost: 1.3 }]));
    },
  };
}

function streamRow(): Row {
  return row("pipe, the cheapest source", (chunks) =>
    pipeContenders(
      () => streamOf(chunks),
      (chunk) => chunk,
    ),
  );
}

function pipeContenders<T>(
  source: () => ReadableStream<T>,
  show: (chunk: T) => string,
  targets: Target[] = [],
): Contender[] {
  const pass = () => map((chunk: T) => chunk);
  const contender = (name: string, open: () => ReadableStream<T>): Contender => ({
    name,
    run: (sink) =>
      drain(open(), (chunk) => {
        sink(show(chunk));
      }),
  });
  return [
    contender("raw source to reader", source),
    { ...contender("millrace, pipe", () => pipe(source(), pass())), targets },
    contender("a second stream by hand", () => secondStream(source())),
    contender("millrace, pipeThrough", () => source().pipeThrough(pass())),
    contender("TransformStream", () => source().pipeThrough(new TransformStream<T, T>())),
  ];
}

function fusedStreamRow(): Row {
  return row("fused stages, web stream", (chunks) => [
    { name: "one stage", run: (sink) => drain(pipe(streamOf(chunks), pass()), sink) },
    { name: "4 stages", run: (sink) => drain(pipe(streamOf(chunks), ...passes(4)), sink) },
    {
      name: "8 stages",
      targets: [{ atMost: 1.15 }],
      run: (sink) => drain(pipe(streamOf(chunks), ...passes(8)), sink),
    },
    {
      name: "4 stages, pipeThrough",
      run: (sink) => drain(passes(4).reduce(through, streamOf(chunks)), sink),
    },
    {
      name: "4 TransformStreams",
      run: (sink) => {
        const transforms = Array.from({ length: 4 }, () => new TransformStream<string, string>());
        return drain(transforms.reduce(through, streamOf(chunks)), sink);
      },
    },
  ]);
}

function fusedMachineRow(): Row {
  const contender = (count: number): ((chunks: string[]) => Contender) => {
    return (chunks) => ({
      name: `${String(count)} stages`,
      run(sink) {
        const machine = fuse(...passes(count)).start(sink);
        for (const chunk of chunks) machine.push(chunk);
        machine.flush();
      },
    });
  };
  return row("fused stages, machine alone", (chunks) => [
    {
      name: "a function call",
      run(sink) {
        for (const chunk of chunks) sink(chunk);
      },
    },
    contender(1)(chunks),
    contender(4)(chunks),
    contender(8)(chunks),
  ]);
}

function lengthOf(bytes: Uint8Array): string {
  return bytes.length === 0 ? "" : "bytes";
}

function row(name: string, contenders: (chunks: string[]) => Contender[]): Row {
  return {
    name,
    size: CHUNKS,
    equal: "outputs",
    prepare: (size) => Promise.resolve(contenders(textChunks(size))),
  };
}

function textChunks(count: number): string[] {
  return cutText(prose(count * CHUNK_LENGTH), CHUNK_LENGTH);
}

function pass(): Stage<string, string> {
  return map((chunk) => chunk);
}

/** A tuple as far as the types go: `pipe` and `fuse` take up to eight stages by name. */
function passes(count: number): [Stage<string, string>] {
  return Array.from({ length: count }, pass) as [Stage<string, string>];
}

function through(
  stream: ReadableStream<string>,
  stage: ReadableWritablePair<string, string>,
): ReadableStream<string> {
  return stream.pipeThrough(stage);
}

/** The least that a second stream costs. Errors and cancelling are left out. */
function secondStream<T>(stream: ReadableStream<T>): ReadableStream<T> {
  const reader = stream.getReader();
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}
